"""Acts done without a mouse, and what the page says when somebody else was faster."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import hand_over
from tests.dossiers.operations.test_finishing_in_browser import look_at
from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 60


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus; fails where the keyboard does not reach it."""
    expect(wanted).to_have_count(1)
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {wanted}")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(text)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_acts_are_done_by_keyboard_alone_and_what_is_not_now_is_said_accessibly(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: str
) -> None:
    city = make_units()
    make_user("clerk", city.ward_desk, username="thuha")
    begun = timezone.now() - timedelta(minutes=5)
    offering = make_offering(make_procedure(), city.ward)
    file, overtaken = (register(offering, city.ward_desk, at=begun) for _ in range(2))
    for one in (file, overtaken):
        start_work(dossier=one, actor=None, at=begun)
    elsewhere = make_offering(make_procedure("Việc của phòng"), city.ward, handler=city.department)
    gone = register(elsewhere, city.ward_desk, at=begun)
    page = open_page(file.get_absolute_url(), user="thuha", width=width)

    tab_to(page, page.locator("a[href$='/viec/yeu-cau-nop-tien/']"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/viec/yeu-cau-nop-tien/")
    look_at(page, axe)
    write(page, "Số tiền (đồng)", "50.000")
    write(page, "Khoản phải nộp", "Lệ phí trước bạ")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{file.get_absolute_url()}")
    expect(page.get_by_role("status")).to_contain_text("Đã làm: Yêu cầu nộp tiền.")
    assert Dossier.objects.get(pk=file.pk).state is Status.AWAITING_PAYMENT
    tab_to(page, page.locator("a[href$='/viec/xin-rut/']"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/viec/xin-rut/")
    look_at(page, axe)

    page.goto(f"{overtaken.get_absolute_url()}viec/yeu-cau-nop-tien/")
    finish_dossier(dossier=overtaken, outcome=Outcome.GRANTED, actor=None, at=timezone.now())
    write(page, "Số tiền (đồng)", "50.000")
    write(page, "Khoản phải nộp", "Lệ phí trước bạ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("không làm được nữa")
    expect(page.get_by_role("main")).to_contain_text("Lệ phí trước bạ")
    look_at(page, axe)

    page.goto("/can-bo/ban-giao/")
    hand_over(dossier=gone, leg=0, actor=None, at=timezone.now())
    write(page, "Mã hồ sơ chuyển đi", gone.code)
    tab_to(page, page.locator("button[name=act][value=chuyen]"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(gone.code)
    look_at(page, axe)


def test_a_button_pressed_twice_sends_its_form_once(open_page: Callable[..., Page]) -> None:
    city = make_units()
    make_user("clerk", city.ward_desk, username="thuha")
    file = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    page, sent = open_page(f"{file.get_absolute_url()}viec/xin-rut/", user="thuha"), []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    write(page, "Lý do", "Người nộp đổi ý, muốn làm lại")
    page.locator("main button[type=submit]").dblclick()
    page.wait_for_url(f"**{file.get_absolute_url()}")
    assert len(sent) == 1
    assert file.events.count() == 2
