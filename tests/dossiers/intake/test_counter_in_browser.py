"""A dossier registered by keys alone, and its slip sent to the printer once."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Dossier, DossierReading
from tests.browser import press_access_key
from tests.dossiers.intake.test_id_card import raw
from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARTICULARS = ("Nguyễn Thị Phượng", "001187004521", "0912345471")
MOST_KEYS = 25


class Keys:
    """A keyboard that counts what is pressed besides the scan and the telephone number."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def access(self, key: str) -> None:
        press_access_key(self.page, key)
        self.pressed += 1

    def write(self, text: str) -> None:
        self.press(*text)

    def give(self, particular: str) -> None:
        self.page.keyboard.insert_text(particular)


def test_a_dossier_is_registered_with_few_keys_and_no_mouse(open_page, axe):
    city = make_units()
    offering = make_offering(make_procedure("Đăng ký lại khai sinh", fee_vnd=8000), city.ward)
    make_offering(make_procedure("Đăng ký kết hôn"), city.ward)
    register(offering, city.ward_desk, at=timezone.now())
    clerk = make_user("clerk", city.ward_desk, counter="3")
    page = open_page("/can-bo/tiep-nhan/", user=clerk.username)
    keys = Keys(page)
    expect(page.get_by_label("Quét mã QR")).to_be_focused()
    page.keyboard.insert_text(raw())
    page.keyboard.press("Enter")  # the scanner's own
    expect(page.get_by_label("Số điện thoại")).to_be_focused()
    keys.give(PARTICULARS[2])
    keys.access("t")
    keys.write("khai sinh")
    keys.press("Enter")
    expect(page.locator("#details")).to_contain_text("Giấy tờ 2")
    expect(page.locator("#preview")).to_contain_text("Đăng ký lại khai sinh")
    keys.access("s")
    band = page.locator(".takenin")
    expect(band).to_contain_text("Đã tiếp nhận")
    assert keys.pressed <= MOST_KEYS
    dossier = Dossier.objects.latest("pk")
    assert (dossier.applicant_name, dossier.applicant_id, dossier.applicant_phone) == PARTICULARS
    assert (dossier.fee_status, dossier.documents.count()) == ("collected", 2)
    assert dossier.counter_seconds is not None
    expect(page.locator("iframe")).to_have_attribute("name", "slip")
    expect(page.get_by_label("Quét mã QR")).to_be_focused()
    expect(page.locator(".titlebar")).to_contain_text(re.compile(r"quầy 3 đã nhận 1 hồ sơ, trung bình \d+ giây"))
    axe(page)
    keys.access("s")  # once more, on the empty form that followed
    expect(band).to_contain_text(dossier.code)
    assert (page.locator("iframe").count(), page.locator(".errors, [aria-invalid=true]").count()) == (1, 0)
    page.get_by_label("Số điện thoại").fill("09")
    page.get_by_label("Số điện thoại").fill("")
    keys.access("s")  # and after something was typed and taken out again
    expect(band).to_contain_text(dossier.code)
    page.reload()
    expect(band).to_be_visible()
    assert DossierReading.objects.filter(dossier=dossier, page="receipt").count() == 1
    assert page.locator("iframe").count() == 0


def test_arrows_choose_another_match_and_the_ground_shows_only_for_a_waiver(open_page):
    city = make_units()
    for name in ("Đăng ký khai sinh", "Đăng ký lại khai sinh"):
        make_offering(make_procedure(name, fee_vnd=8000), city.ward)
    page = open_page("/can-bo/tiep-nhan/", user=make_user("clerk", city.ward_desk).username)
    press_access_key(page, "t")
    page.keyboard.type("khai sinh")
    page.keyboard.press("Enter")
    chosen = page.locator("#pick label:has(:checked)")
    expect(chosen).to_contain_text("Đăng ký khai sinh")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Đăng ký lại khai sinh")
    expect(page.locator("#preview")).to_contain_text("Đăng ký lại khai sinh")
    other = chosen.locator("input").get_attribute("value")
    expect(page.locator("input[name=papers_for]")).to_have_value(other)
    ground = page.get_by_label("Căn cứ miễn")
    expect(ground).to_be_hidden()
    page.get_by_label("Thu phí").select_option("waived")
    ground.fill("Điều 3 Thông tư 281/2016/TT-BTC")
    page.get_by_label("Số hồ sơ cùng loại").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator("#preview")).to_contain_text("Miễn (Điều 3 Thông tư 281/2016/TT-BTC)")
    expect(page.locator("#preview")).to_contain_text("2 hồ sơ, mỗi hồ sơ một mã")
