"""Scanners type: hand over, take over and hand out in a real browser, by keys only."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, Slip
from dossiers.operations.finishing.actions import finish_dossier, start_work
from tests.factories import make_offering, make_procedure, make_user, register

HIGH, LOW = 1320, 220
LISTEN = """
  window.tones = [];
  OscillatorNode.prototype.start = function () { tones.push(this.frequency.value); };
  OscillatorNode.prototype.stop = () => {};
"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_at(page, axe):
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def scan(page, *codes):
    """As a scanner does: quickly, one after the other, each with Enter."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_three_are_handed_over_and_taken_over_by_scanning(open_page, axe, city, width, theme):
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    codes = [register(offering, city.ward_desk, at=timezone.now()).code for _ in range(3)]
    page = open_page("/can-bo/", user=make_user("clerk", city.ward_desk).username, width=width, theme=theme)
    page.add_init_script(LISTEN)
    page.goto("/can-bo/ban-giao/quet-chuyen/")
    scan(page, *codes, codes[0])
    expect(page.get_by_role("status").get_by_text("Hồ sơ đã có trong danh sách này.")).to_be_visible()
    expect(page.locator("#list th .code")).to_have_text(codes[::-1])
    expect(page.get_by_label("Mã vạch", exact=True)).to_be_focused()
    expect(page.locator("#heard [data-sound]")).to_have_attribute("data-sound", "low")
    assert page.evaluate("tones") == [HIGH, HIGH, HIGH, LOW]
    look_at(page, axe)
    page.get_by_label("Tắt âm thanh khi quét").check()
    page.get_by_label("Mã vạch", exact=True).focus()
    scan(page, "abc")
    expect(page.locator("#heard")).to_contain_text("abc: Không tìm thấy")
    assert page.evaluate("tones.length") == 4
    page.get_by_role("button", name="Chuyển 3 hồ sơ").press("Enter")
    expect(page.get_by_text("Đã chuyển 3 hồ sơ.")).to_be_visible()
    expect(page.get_by_label("Tắt âm thanh khi quét")).to_be_checked()
    receiver = open_page(
        "/can-bo/ban-giao/quet-nhan/", user=make_user("specialist", city.department).username, width=width, theme=theme
    )
    scan(receiver, codes[0])
    expect(receiver.locator("#heard")).to_contain_text(f"Đã nhận {codes[0]}. Còn 2 hồ sơ")
    look_at(receiver, axe)
    scan(receiver, f"BG-{Slip.objects.get(form='handover').pk}")
    expect(receiver.get_by_role("button", name="Nhận 2 hồ sơ")).to_be_focused()
    look_at(receiver, axe)
    receiver.keyboard.press("Enter")
    expect(receiver.get_by_text("Đã nhận 2 hồ sơ.")).to_be_visible()
    assert {dossier.holder for dossier in Dossier.objects.all()} == {city.department}


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_result_is_handed_out_by_keys_only(open_page, axe, city, width, theme):
    at = timezone.now()
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=at)
    page = open_page(
        "/can-bo/tra-ket-qua/", user=make_user("clerk", city.ward_desk).username, width=width, theme=theme
    )
    scan(page, dossier.code)
    expect(page.get_by_role("heading", name="Chưa trả được")).to_be_visible()
    look_at(page, axe)
    start_work(dossier=dossier, actor=None, at=at)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=at)
    scan(page, dossier.code)
    expect(page.get_by_label("Đã đối chiếu")).to_be_focused()
    look_at(page, axe)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mời người nhận đánh giá")).to_be_visible()
    expect(page.get_by_label("Giấy hẹn của người tiếp theo")).to_be_focused()
    look_at(page, axe)
    assert Dossier.objects.get(pk=dossier.pk).state is Status.RETURNED
    scan(page, "abc")
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, axe)
    page.goto("/can-bo/thong-bao/")
    page.get_by_label("Quét hoặc gõ mã hồ sơ").focus()
    scan(page, "abc")
    expect(page.get_by_label("Mã hồ sơ", exact=True)).to_have_value("abc")
    expect(page.get_by_label("Mã hồ sơ", exact=True)).to_be_focused()
    page.wait_for_load_state()
    scan(page, dossier.code)  # replaces what was not found
    expect(page.get_by_role("heading", name="Đăng ký thử nghiệm")).to_be_visible()


def test_the_bar_has_room_for_the_field_and_everything_else_at_every_width(open_page, city):
    clerk = make_user("clerk", city.ward_desk, counter="3", full_name="Nguyễn Hoàng Phương Khánh Linh")
    page = open_page("/can-bo/", user=clerk.username)
    for width in (320, 390, 640, 1024, 1152, 1280, 1440, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/en/can-bo/phim-tat/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        bar = page.locator(".bar").bounding_box()
        for part in (page.get_by_role("button", name="Sign out"), page.locator("#bar-scan")):
            box = part.bounding_box()
            assert bar["y"] <= box["y"], width
            assert box["y"] + box["height"] <= bar["y"] + bar["height"], width
            assert 0 <= box["x"] <= width - box["width"], width
        assert page.locator("#bar-scan").bounding_box()["width"] >= 140, width
