"""Reading an identity card at the counter, in a real browser: by scanner, by camera, and without scripts."""

import pytest
from playwright.sync_api import expect

from dossiers.models import Dossier
from tests.dossiers.intake.test_id_card import raw
from tests.factories import make_offering, make_procedure, make_units, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READS = "window.BarcodeDetector = class { async detect() { return [{ rawValue: %r }]; } };"
CAMERA = """
    const picture = document.createElement("canvas");
    const pen = picture.getContext("2d");
    setInterval(() => pen.fillRect(0, 0, 9, 9), 50);
    navigator.mediaDevices.getUserMedia = async () => picture.captureStream();
"""


def at_the_counter(open_page, **looks):
    city = make_units()
    make_offering(make_procedure("Đăng ký khai sinh"), city.ward)
    page = open_page("/can-bo/", user=make_user("clerk", city.ward_desk).username, **looks)
    expect(page.get_by_label("Quét mã QR")).to_be_focused()
    return page


def scan(page, text):
    """As a scanner does: keys into whatever has the focus, then Enter."""
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "theme", "javascript"), [("phone", "dark", True), ("desk", "light", False)])
def test_a_scanned_card_fills_the_panel_and_a_broken_one_says_why(open_page, axe, width, theme, javascript):
    page = at_the_counter(open_page, width=width, theme=theme, javascript=javascript)
    scan(page, "001187004521|NGUYÊN THI|")
    expect(page.get_by_text("Tắt bộ gõ tiếng Việt rồi quét lại")).to_be_visible()
    expect(page.get_by_label("Quét mã QR")).to_be_focused()
    expect(page.get_by_label("Quét mã QR")).to_have_value("")
    if javascript:
        axe(page)
    scan(page, raw())
    expect(page.get_by_text("Đã đọc thẻ căn cước")).to_be_visible()
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Phượng")
    expect(page.get_by_label("Ngày sinh")).to_have_value("14/08/1987")
    expect(page.get_by_role("article")).to_contain_text("Nguyễn Thị Phượng")
    expect(page.get_by_label("Số điện thoại")).to_be_focused()
    page.keyboard.insert_text("0912345471")
    page.get_by_label("Quét mã QR").focus()
    scan(page, raw())
    expect(page.get_by_label("Tên hoặc mã thủ tục")).to_be_focused()
    expect(page.get_by_label("Số điện thoại")).to_have_value("0912345471")
    assert not Dossier.objects.exists()
    assert "001187004521" not in page.url
    page.get_by_text("Người khác nộp thay").click()
    page.get_by_label("Người nước ngoài").check()
    expect(page.get_by_label("Quốc tịch")).to_be_visible()
    page.get_by_label("Tổ chức", exact=True).check()
    expect(page.get_by_label("Ngày sinh")).to_be_hidden()
    if javascript:
        axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_camera_is_offered_only_where_the_browser_can_read_codes(open_page, axe):
    page = at_the_counter(open_page)
    camera = page.get_by_role("button", name="Dùng máy ảnh")
    if not page.evaluate("'BarcodeDetector' in window"):
        expect(camera).to_be_hidden()
    page.add_init_script(READS % raw())
    page.reload()
    camera.click()
    expect(page.get_by_text("Không mở được máy ảnh")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Đóng").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.evaluate(CAMERA)
    camera.click()
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Phượng")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Dùng máy ảnh")).to_be_visible()
