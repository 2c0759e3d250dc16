"""A result given at once and the page of who holds what, in a real browser."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.clock.states import Status
from dossiers.models import Dossier
from dossiers.operations.handover.actions import hand_over
from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme", "javascript"), [("phone", "dark", True), ("desk", "light", False)])
def test_the_applicant_goes_home_with_the_result(open_page, axe, width, theme, javascript):
    city = make_units()
    make_offering(make_procedure("Chứng thực bản sao", term_amount=0, term_unit="same_day"), city.ward)
    clerk = make_user("clerk", city.ward_desk)
    page = open_page("/can-bo/tiep-nhan/", user=clerk.username, width=width, theme=theme, javascript=javascript)
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Phượng")
    page.get_by_label("Tên hoặc mã thủ tục").fill("chung thuc")
    if not javascript:
        page.get_by_role("button", name="Chọn thủ tục").click()
    page.get_by_role("radio", name="Chứng thực bản sao").check()
    if not javascript:
        page.get_by_role("button", name="Chọn thủ tục").click()
    page.get_by_label("Số kết quả").fill("15/SCT")
    page.get_by_role("button", name="Tiếp nhận và trả kết quả").click()
    expect(page.get_by_role("alert")).to_contain_text("đối chiếu giấy tờ")
    expect(page.get_by_label("Số kết quả")).to_have_value("15/SCT")
    if javascript:
        axe(page)
    page.get_by_label("Đã đối chiếu giấy tờ").check()
    page.get_by_role("button", name="Tiếp nhận và trả kết quả").click()
    expect(page.get_by_text("Đã tiếp nhận lúc")).to_be_visible()
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.result_record.number) == (Status.RETURNED, "15/SCT")


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_an_official_reads_who_holds_what_and_finds_the_other_pages(open_page, axe, width, theme):
    city = make_units()
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    hand_over(dossier=register(offering, city.ward_desk, at=timezone.now()), leg=0, actor=None, at=timezone.now())
    official = make_user("official", city.district)
    page = open_page("/can-bo/dang-giu/", user=official.username, width=width, theme=theme)
    expect(page.get_by_role("row", name=city.department.name)).to_contain_text("1 đang chuyển tới")
    page.get_by_text("Khác", exact=True).click()
    expect(page.get_by_role("link", name="Lịch làm việc")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Lịch làm việc").click()
    expect(page).to_have_url(re.compile("/can-bo/lich/$"))
