"""Hand-overs and assignments as staff see them in a real browser: by ticking, by scanning, without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.operations.handover.actions import hand_over
from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("phone", "dark", True), ("desk", "light", False)]


@pytest.mark.parametrize(("width", "theme", "javascript"), LOOKS)
def test_a_clerk_ticks_one_scans_another_and_gets_the_paper(open_page, axe, width, theme, javascript):
    city = make_units()
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    ticked, scanned, other = (register(offering, city.ward_desk, at=timezone.now()) for _ in range(3))
    clerk = make_user("clerk", city.ward_desk)
    page = open_page("/can-bo/ban-giao/", user=clerk.username, width=width, theme=theme, javascript=javascript)
    page.get_by_role("button", name="Chuyển hồ sơ đã chọn").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy đánh dấu hoặc quét ít nhất một hồ sơ.")
    if javascript:
        axe(page)
    page.get_by_role("checkbox", name=ticked.code).check()
    page.get_by_label("Mã hồ sơ chuyển đi").fill(f"{scanned.code}\nT0.00-260302-0001\n")
    page.get_by_role("button", name="Chuyển hồ sơ đã chọn").click()
    expect(page.get_by_text("Đã chuyển 2 hồ sơ.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("T0.00-260302-0001")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    expect(page.get_by_role("checkbox", name=other.code)).to_be_visible()
    expect(page.get_by_label("Mã hồ sơ chuyển đi")).to_have_value("T0.00-260302-0001")
    expect(page.get_by_role("link", name="Phiếu 1 gửi")).to_be_visible()
    if javascript:
        axe(page)


@pytest.mark.parametrize(("width", "theme", "javascript"), LOOKS)
def test_the_receiver_declines_with_a_reason(open_page, axe, width, theme, javascript):
    city = make_units()
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    dossier = register(offering, city.ward_desk, at=timezone.now())
    hand_over(dossier=dossier, leg=0, actor=None, at=timezone.now())
    specialist = make_user("specialist", city.department)
    page = open_page("/can-bo/ban-giao/", user=specialist.username, width=width, theme=theme, javascript=javascript)
    if javascript:
        axe(page)
    page.get_by_role("checkbox", name=dossier.code).check()
    page.get_by_role("button", name="Từ chối nhận hồ sơ đã chọn").click()
    expect(page.get_by_role("checkbox", name=dossier.code)).to_be_checked()
    page.get_by_label("Lý do không nhận").fill("Hồ sơ giấy thiếu trang hai")
    page.get_by_role("button", name="Từ chối nhận hồ sơ đã chọn").click()
    expect(page.get_by_text("Đã trả lại 1 hồ sơ.")).to_be_visible()
    assert dossier.legs.get(position=0).in_hand


@pytest.mark.parametrize(("width", "theme", "javascript"), LOOKS)
def test_a_leader_gives_out_work_and_names_a_deputy(open_page, axe, width, theme, javascript):
    city = make_units()
    offering = make_offering(make_procedure(), city.ward)
    dossier = register(offering, city.ward_desk, at=timezone.now())
    leader, officer, deputy = (make_user(role, city.ward_desk) for role in ("leader", "clerk", "clerk"))
    page = open_page("/can-bo/phan-cong/", user=leader.username, width=width, theme=theme, javascript=javascript)
    if javascript:
        axe(page)
    page.get_by_role("checkbox", name=dossier.code).check()
    page.get_by_label("Giao cho").select_option(officer.full_name)
    page.get_by_role("button", name="Giao việc").click()
    expect(page.get_by_text("Đã giao 1 hồ sơ.")).to_be_visible()
    page.get_by_label("Người vắng").select_option(officer.full_name)
    page.get_by_label("Người làm thay").select_option(deputy.full_name)
    page.get_by_role("button", name="Ghi người làm thay").click()
    expect(page.get_by_role("alert")).to_contain_text("3")
    if javascript:
        axe(page)
    day = f"{timezone.localdate():%d/%m/%Y}"
    page.get_by_label("Từ ngày").fill(day)
    page.get_by_label("Đến hết ngày").fill(day)
    page.get_by_label("Lý do").fill("Nghỉ ốm")
    page.get_by_role("button", name="Ghi người làm thay").click()
    expect(page.get_by_text(f"{deputy.full_name} làm thay {officer.full_name}")).to_be_visible()
    if javascript:
        axe(page)
