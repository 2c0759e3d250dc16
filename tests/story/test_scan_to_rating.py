"""From the scan of a card to the rating, by everybody it takes: two clerks, a specialist, a leader and a citizen; with
scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dossiers.clock.states import Status
from dossiers.models import Dossier, Rating
from tests.dossiers.intake.test_id_card import raw
from tests.factories import City, make_offering, make_procedure, make_process, make_units, make_user
from tests.secrets import secret_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
PROCEDURE = "Cấp giấy phép xây dựng"


@pytest.fixture
def city() -> City:
    """The district's desk takes in, its department works, a leader of the district signs, the desk hands out."""
    city = make_units()
    version = make_procedure(PROCEDURE, level="district")
    make_process(version, ("desk", 8), ("handler", 16), ("leader", 8), ("desk", 8))
    make_offering(version, city.district, handler=city.department)
    return city


def scan(page: Page, text: str) -> None:
    """As a scanner does: keys into whatever has the focus, then Enter."""
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def take_in(page: Page) -> str:
    """A clerk reads the card, names telephone and procedure, and gives the code of the slip."""
    page.goto("/can-bo/tiep-nhan/")
    expect(page.get_by_label("Quét mã QR")).to_be_focused()
    scan(page, raw())
    expect(page.get_by_text("Đã đọc thẻ căn cước")).to_be_visible()
    page.get_by_label("Số điện thoại").fill("0912345471")
    page.get_by_label(re.compile("Tên hoặc mã thủ tục")).fill("giay phep xay dung")
    page.get_by_label(re.compile("Tên hoặc mã thủ tục")).press("Enter")
    expect(page.locator("#preview")).to_contain_text(PROCEDURE)
    page.get_by_role("button", name=re.compile("Tiếp nhận và in giấy hẹn")).click()
    return page.locator(".takenin .code").inner_text()


def send_on(page: Page, code: str) -> None:
    page.goto("/can-bo/ban-giao/quet-chuyen/")
    page.get_by_label("Mã vạch", exact=True).focus()
    scan(page, code)
    page.get_by_role("button", name="Chuyển 1 hồ sơ").click()
    expect(page.get_by_text("Đã chuyển 1 hồ sơ.")).to_be_visible()


def take_over(page: Page, code: str) -> None:
    page.goto("/can-bo/ban-giao/quet-nhan/")
    page.get_by_label("Mã vạch", exact=True).focus()
    scan(page, code)
    expect(page.locator("#heard")).to_contain_text(f"Đã nhận {code}")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_from_the_scan_of_a_card_to_the_rating(open_page: OpenPage, city: City, javascript: bool) -> None:
    def enter(role: str, unit: object) -> Page:
        return open_page("/can-bo/", user=make_user(role, unit).username, javascript=javascript)

    first, second = enter("clerk", city.district_desk), enter("clerk", city.district_desk)
    specialist, leader = enter("specialist", city.department), enter("leader", city.district)
    citizen = open_page("/", javascript=javascript)

    code = take_in(first)
    dossier = Dossier.objects.get(code=code)
    citizen.goto("/tra-cuu/")
    citizen.get_by_label("Mã hồ sơ").fill(code.lower().replace("-", " "))
    citizen.get_by_role("button", name=re.compile("Tra cứu")).click()
    expect(citizen.get_by_text("không cần làm gì thêm").first).to_be_visible()
    assert "Phượng" not in citizen.content()

    send_on(first, code)
    take_over(specialist, code)
    send_on(specialist, code)
    take_over(leader, code)
    send_on(leader, code)
    take_over(second, code)
    specialist.goto(f"/can-bo/ho-so/{code}/")
    specialist.get_by_role("radio", name="Chấp thuận").check()
    specialist.get_by_role("button", name="Có kết quả").click()
    expect(specialist.get_by_role("radio", name="Chấp thuận")).to_have_count(0)

    citizen.reload()
    expect(citizen.locator(".answer")).to_contain_text("kết quả")
    second.goto("/can-bo/tra-ket-qua/")
    second.get_by_label("Giấy hẹn của người đến nhận").focus()
    scan(second, code)
    second.get_by_label("Đã đối chiếu").check()
    second.get_by_role("button", name="Trả kết quả").click()
    expect(second.get_by_role("heading", name="Mời người nhận đánh giá")).to_be_visible()
    dossier.refresh_from_db()
    assert dossier.state is Status.RETURNED

    citizen.goto(f"/danh-gia/{code}/")
    citizen.get_by_label("Rất hài lòng").check(force=True)
    citizen.get_by_label("Mã tra cứu").fill(secret_of(dossier))
    citizen.get_by_role("button", name="Gửi đánh giá").click()
    expect(citizen.get_by_role("heading", name="Cảm ơn ông/bà")).to_be_visible()
    assert Rating.objects.get().score == 5
