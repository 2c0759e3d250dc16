"""An incomplete dossier at the counter, as the clerk sees it in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from dossiers.clock.states import Status
from dossiers.models import Dossier
from tests.factories import make_offering, make_procedure, make_units, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme", "javascript"), [("phone", "dark", True), ("desk", "light", False)])
def test_the_clerk_asks_for_what_is_missing_then_accepts(open_page, axe, width, theme, javascript):
    city = make_units()
    make_offering(make_procedure("Đăng ký khai sinh"), city.ward)
    clerk = make_user("clerk", city.ward_desk)
    page = open_page("/can-bo/tiep-nhan/", user=clerk.username, width=width, theme=theme, javascript=javascript)
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Phượng")
    page.get_by_label("Tên hoặc mã thủ tục").fill("khai sinh")
    if not javascript:
        page.get_by_role("button", name="Chọn thủ tục").click()
    page.get_by_role("radio", name="Đăng ký khai sinh").check()
    if not javascript:
        page.get_by_role("button", name="Chọn thủ tục").click()
    expect(page.get_by_role("checkbox", name="Giấy tờ 2")).to_be_checked()
    page.get_by_role("checkbox", name="Giấy tờ 2").uncheck()
    page.get_by_text("Hồ sơ chưa đủ hoặc chưa kiểm tra").click()
    page.get_by_role("button", name="Yêu cầu bổ sung và in phiếu").click()
    expect(page.get_by_role("alert")).to_contain_text("Thiếu sót")
    if javascript:
        axe(page)
    page.get_by_role("checkbox", name="Thiếu giấy tờ").check()
    page.get_by_label("Nội dung cần bổ sung").fill("Cần bản chính giấy tờ 2")
    page.get_by_label("Giấy tờ 2").last.select_option("original")
    page.get_by_role("button", name="Yêu cầu bổ sung và in phiếu").click()
    expect(page.get_by_role("button", name="In phiếu")).to_be_visible()
    if javascript:
        axe(page)
    dossier = Dossier.objects.get()
    assert dossier.state is Status.AWAITING_SUPPLEMENT
    page.goto(f"{dossier.get_absolute_url()}viec/tiep-nhan/")
    page.get_by_role("checkbox", name="Giấy tờ 2").check()
    if javascript:
        axe(page)
    page.get_by_role("main").get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(page).to_have_url(re.compile(f"{dossier.code}/$"))
    dossier.refresh_from_db()
    assert (dossier.state, dossier.documents.count()) == (Status.ACCEPTED, 2)


def test_the_pages_of_a_correction_or_a_refusal_have_no_barrier(open_page, axe):
    city = make_units()
    make_offering(make_procedure("Đăng ký khai sinh"), city.ward)
    make_offering(make_procedure("Đăng ký khai tử"), city.ward)
    clerk = make_user("clerk", city.ward_desk)
    page = open_page("/can-bo/tiep-nhan/", user=clerk.username)
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Phượng")
    page.get_by_label("Tên hoặc mã thủ tục").fill("khai sinh")
    page.get_by_role("radio", name="Đăng ký khai sinh").check()
    expect(page.get_by_role("checkbox", name="Giấy tờ 2")).to_be_checked()
    page.get_by_text("Hồ sơ chưa đủ hoặc chưa kiểm tra").click()
    page.get_by_role("button", name="Nhận để kiểm tra sau").click()
    expect(page.get_by_role("link", name="Mở hồ sơ")).to_be_visible()
    for slug in ("dinh-chinh", "doi-thu-tuc", "tu-choi", "yeu-cau-bo-sung"):
        page.goto(f"{Dossier.objects.get().get_absolute_url()}viec/{slug}/")
        axe(page)
        page.get_by_role("main").locator("form button[type=submit]").last.click()
        expect(page.get_by_role("alert")).to_be_visible()
        axe(page)
    assert Dossier.objects.get().state is Status.SUBMITTED
