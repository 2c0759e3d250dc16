"""The staff side in a real browser: a call by the keyboard alone, a denunciation on paper with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from complaints.clock.states import Kind
from complaints.models import Call, Case, SealedBox
from complaints.tasks import clean_uploads
from tests.browser import press_access_key
from tests.complaints.cases import CONTENT, PHONE, make_inspector, received
from tests.factories import City, make_user
from tests.files.samples import picture
from tests.secrets import shows_secret

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "Ông phó ban nhận phong bì của nhà thầu xây chợ."


def test_a_call_is_taken_by_the_keyboard_alone(
    city: City, open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    known = received(city.ward)
    page = open_page("/can-bo/duong-day-nong/", user=make_user("clerk", city.ward).username)
    expect(page.get_by_label("Số điện thoại gọi đến")).to_be_focused()
    page.keyboard.type(PHONE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=known.code)).to_be_visible()
    axe(page)
    press_access_key(page, "t")
    expect(page.get_by_label("Về việc gì")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(CONTENT)
    press_access_key(page, "s")
    expect(page.get_by_role("status", name="Cuộc gọi vừa ghi")).to_be_visible()
    case = Case.objects.exclude(pk=known.pk).get()
    assert shows_secret(page.content(), case)
    assert Call.objects.get().case == case
    expect(page.get_by_label("Số điện thoại gọi đến")).to_be_focused()
    expect(page.get_by_label("Nội dung, ghi đúng lời")).to_have_value("")
    axe(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_denunciation_on_paper_is_sealed_and_its_scan_opens_for_the_inspector(
    city: City, open_page: Callable[..., Page], axe: Callable[[Page], None], uploads: Path, javascript: bool
) -> None:
    inspector = make_inspector(city.district)
    clerk = make_user("clerk", city.ward)
    page = open_page("/can-bo/don-giay/", user=clerk.username, javascript=javascript, width="phone")
    page.get_by_label("Bưu điện").check()
    page.get_by_label("Về việc gì").select_option("vi-pham")
    expect(page.get_by_text("chỉ thanh tra được giao mở được")).to_be_visible()
    page.get_by_label("Nội dung đơn").fill(SECRET)
    shown = {"name": "don.png", "mimeType": "image/png", "buffer": picture("PNG")}
    page.locator("[name=uploads]").set_input_files(shown)
    page.get_by_role("button", name="Ghi và nhập đơn tiếp").click()
    expect(page.get_by_role("status", name="Đơn vừa nhập")).to_be_visible()
    case, scan = Case.objects.get(), SealedBox.objects.get(what="scan")
    assert case.kind == Kind.DENUNCIATION
    assert SECRET not in page.content()
    clean_uploads()
    reader = open_page(f"/can-bo/phan-anh/{case.code}/", user=inspector.username, javascript=javascript)
    expect(reader.get_by_text(SECRET)).to_be_visible()
    if javascript:
        axe(page)
        axe(reader)
    answer = reader.request.get(f"/can-bo/phan-anh/{case.code}/ban-quet/{scan.pk}/")
    assert answer.body().startswith(b"\x89PNG")
