"""The queue in a real browser: many rows handed over by keys alone, refreshed without disturbing what is ticked, and
without scripts; looking up beside it."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Slip
from tests.browser import press_access_key
from tests.factories import City, make_offering, make_procedure, make_units, make_user, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/can-bo/hang-doi/"
A_MINUTE = 61_000
LOOKS = [("desk", "light"), ("phone", "dark")]


def taken_in(city: City, how_many: int) -> list[str]:
    """The codes of so many dossiers that the ward's desk took in for the department."""
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    return [register(offering, city.ward_desk, at=timezone.now()).code for _ in range(how_many)]


def ticked(page: Page) -> list[str]:
    return page.locator("input[name=hs]:checked").evaluate_all("boxes => boxes.map(box => box.value)")


def test_two_rows_are_handed_over_by_keys_alone(open_page):
    city = make_units()
    codes = taken_in(city, 3)
    page = open_page(QUEUE, user=make_user("clerk", city.ward_desk).username)
    page.locator("input[data-all]").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Đã chọn 3 hồ sơ")).to_be_visible()
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    chosen = ticked(page)
    assert len(chosen) == 2
    assert set(chosen) < set(codes)
    press_access_key(page, "b")
    expect(page.get_by_text("Đã chuyển 2 hồ sơ.")).to_be_visible()
    expect(page.get_by_role("link", name="In phiếu bàn giao 1 gửi")).to_be_visible()
    assert {row["code"] for row in Slip.objects.get(form=Slip.Form.HANDOVER).data["rows"]} == set(chosen)


def test_the_list_is_renewed_each_minute_but_never_under_the_hand_of_whoever_has_ticked(open_page):
    city = make_units()
    offering = make_offering(make_procedure(), city.ward)
    first = register(offering, city.ward_desk, at=timezone.now()).code
    page = open_page("/can-bo/", user=make_user("clerk", city.ward_desk).username)
    page.clock.install()
    page.goto(QUEUE)
    rows = page.locator("input[name=hs]")
    page.get_by_role("link", name=first, exact=True).focus()
    second = register(offering, city.ward_desk, at=timezone.now()).code
    page.clock.run_for(A_MINUTE)
    expect(rows).to_have_count(2)
    expect(page.get_by_role("link", name=first, exact=True)).to_be_focused()
    expect(page.locator("#nhom-tat-ca")).to_contain_text("2")
    expect(page.locator("#says")).to_contain_text("Tất cả 2")
    page.get_by_role("checkbox", name=second).check()
    register(offering, city.ward_desk, at=timezone.now())
    page.clock.run_for(A_MINUTE)
    expect(rows).to_have_count(2)
    assert ticked(page) == [second]
    page.get_by_role("checkbox", name=second).uncheck()
    page.clock.run_for(A_MINUTE)
    expect(rows).to_have_count(3)


def test_without_scripts_rows_are_ticked_and_handed_over_too(open_page):
    city = make_units()
    codes = taken_in(city, 2)
    page = open_page(QUEUE, user=make_user("clerk", city.ward_desk).username, javascript=False)
    expect(page.locator("input[data-all]")).to_be_hidden()
    page.locator("button[value=chuyen]").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy đánh dấu ít nhất một hồ sơ.")
    page.get_by_role("checkbox", name=codes[0]).check()
    page.locator("button[value=chuyen]").click()
    expect(page.get_by_text("Đã chuyển 1 hồ sơ.")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_queue_and_looking_up_are_accessible(open_page, axe, width, theme):
    city = make_units()
    (code,) = taken_in(city, 1)
    page = open_page(QUEUE, user=make_user("clerk", city.ward).username, width=width, theme=theme)
    if width == "phone":
        page.get_by_text("Lọc danh sách").click()
        page.get_by_role("checkbox", name=code).check()
    expect(page.get_by_label("Nơi đang giữ")).to_be_visible()
    axe(page)
    page.goto("/can-bo/tra-cuu/")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator("#id_q_error")).to_be_visible()
    axe(page)
    page.get_by_label("Mã hồ sơ, họ tên").fill("phuong")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_role("link", name=code)).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
