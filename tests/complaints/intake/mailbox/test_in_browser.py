"""The pages of messages that wait, in a real browser: everybody can use them, on a narrow telephone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Mail
from tests.browser import follow
from tests.complaints.cases import make_inspector
from tests.complaints.intake.mailbox.post_office import BROKEN_TREE, attach, letter, packed, taken
from tests.factories import City

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_message_that_waits_is_read_and_made_a_case(
    writable: City, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    inspector = make_inspector(writable.district)
    taken(attach(letter(), packed(), "ảnh chụp đèn đường hỏng trước nhà.zip"))
    taken(BROKEN_TREE)
    page = open_page("/can-bo/phan-anh/thu/", user=inspector.username, width="phone", theme="dark")

    def check() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    expect(page.get_by_role("heading", name="Thư điện tử chờ người xem")).to_be_visible()
    check()
    follow(page.get_by_role("row").filter(has_text="tệp kèm").get_by_role("link"))
    check()
    follow(page.get_by_role("button", name="Lập vụ việc"))
    check()
    page.get_by_label("Lĩnh vực").select_option("den-duong")
    page.get_by_role("button", name="Lập vụ việc").click()
    expect(page.get_by_text("Đã lập vụ việc từ thư.")).to_be_visible()
    assert Mail.objects.filter(fate="case").count() == 1
