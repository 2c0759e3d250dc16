"""Sending a report and following it in a real browser: by hand, without a script, on a narrow telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from complaints.clock.states import Kind
from complaints.models import Case
from tests.browser import follow
from tests.complaints.cases import in_work
from tests.factories import City
from tests.secrets import secret_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Ổ gà lớn trước số nhà 12, xe máy ngã hai lần trong tuần."


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_every_page_from_the_choice_to_the_code_is_for_everybody(
    city: City, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_page("/phan-anh/", width="phone", theme="dark")
    page.set_viewport_size({"width": 320, "height": 700})

    def check() -> None:
        axe(page)
        assert fits(page)

    check()
    page.get_by_role("searchbox").fill("o ga")
    expect(page.get_by_role("link", name="Tiếng ồn")).to_have_count(0)
    follow(page.get_by_role("link", name="Ổ gà, vỉa hè hư hỏng"))
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    check()
    page.get_by_label("Chuyện gì đã xảy ra?").fill(WORDS + "x" * 300)
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    check()
    page.get_by_role("button", name="Sửa lại").click()
    expect(page.get_by_label("Chuyện gì đã xảy ra?")).to_have_value(WORDS + "x" * 300)
    page.get_by_role("button", name="Xem lại trước khi gửi").click()
    follow(page.get_by_role("button", name="Gửi", exact=True))
    check()
    assert Case.objects.get().code in page.content()
    follow(page.get_by_role("link", name="Theo dõi", exact=True))
    check()
    for address in ("/phan-anh/to-cao/", "/phan-anh/khieu-nai/", "/phan-anh/PA.H26-260101-000001/"):
        page.goto(address)
        check()


def test_without_a_script_a_report_is_sent_and_followed_in_english(city: City, open_page: Callable[..., Page]) -> None:
    case = in_work(city.ward, Kind.FIELD_REPORT)
    page = open_page("/en/phan-anh/gui/ho-ga-o-ga/", javascript=False)
    page.get_by_label("What happened?").fill(WORDS)
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".answer__date")).to_have_count(2)
    page.goto(f"/en/phan-anh/{case.code}/")
    page.get_by_label("Secret code").or_(page.locator("#ma-tra-cuu")).first.fill(secret_of(case))
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Why this date?")).to_be_visible()
