"""Nothing is scrolled sideways by long bars or large letters, and no sheet of paper is wasted."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pypdf
import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.models import Membership
from tests.factories import make_offering, make_procedure, make_units, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
TWICE = "document.documentElement.style.fontSize = '200%'"
CUT = """() => {
    const bar = document.querySelector('.bar .tabs'), around = bar.getBoundingClientRect();
    const boxes = [...bar.querySelectorAll('a')].map((one) => [one.textContent, one.getBoundingClientRect()]);
    const inside = (box) => box.left >= around.left - 1 && box.right <= Math.min(around.right, innerWidth) + 1;
    return boxes.filter(([, box]) => !inside(box)).map(([text]) => text);
}"""
AFTER_THE_LAST_LINE = """() => {
    const lines = [...document.querySelectorAll('main h2, main p, main li, main dd, main a')];
    const ends = lines.map((line) => line.getBoundingClientRect().bottom);
    return document.body.getBoundingClientRect().bottom - Math.max(...ends);
}"""
A_CARD_ENDS = 40  # its own padding and border


def test_the_bar_of_an_official_who_keeps_the_calendar_fits_a_small_screen(
    open_page: Callable[..., Page], client: Client
) -> None:
    city = make_units()
    city.district.name = "Ủy ban nhân dân quận Hai Bà Trưng"
    city.district.save()
    official = make_user("official", city.district, full_name="Nguyễn Quốc Cường")
    page = open_page("/can-bo/lich/", user=official.username)
    for width in (1280, 1366, 1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(TOO_WIDE), width
    page.evaluate(TWICE)
    assert not page.evaluate(TOO_WIDE)


def test_every_tab_of_somebody_with_many_offices_is_in_sight_on_a_desk(open_page: Callable[..., Page]) -> None:
    city = make_units()
    leader = make_user("leader", city.district, full_name="Nguyễn Hoàng Phương Khánh Linh")
    Membership.objects.create(user=leader, unit=city.district, role="official", valid_from=date(2020, 1, 1))
    page = open_page("/can-bo/", user=leader.username)
    for width in (1440, 1366, 1280, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/can-bo/ban-giao/")  # the last tab
        assert page.locator(".bar .tabs a").count() == 8
        assert page.evaluate(CUT) == [], width


def test_letters_twice_as_large_fit_a_telephone(open_page: Callable[..., Page]) -> None:
    city = make_units()
    version = make_procedure("Đăng ký khai sinh")
    make_offering(version, city.ward)
    page = open_page("/", width="phone")
    for path in ("/thu-tuc/", "/tra-cuu/", "/phan-anh/", f"/thu-tuc/{version.procedure.ref}/"):
        page.goto(path)
        rows = page.evaluate("new Set([...document.querySelectorAll('.nav a')].map((one) => one.offsetTop)).size")
        assert rows == 1, path
        page.evaluate(TWICE)
        assert not page.evaluate(TOO_WIDE), path


def test_a_printed_procedure_ends_with_its_last_line(open_page: Callable[..., Page]) -> None:
    version = make_procedure("Đăng ký khai sinh", documents=12)
    make_offering(version, make_units().ward)
    page = open_page(f"/thu-tuc/{version.procedure.ref}/")
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert all(sheet.extract_text().strip() for sheet in sheets)
    page.emulate_media(media="print")
    assert page.evaluate(AFTER_THE_LAST_LINE) <= A_CARD_ENDS
