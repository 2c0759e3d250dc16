"""The page of one's own sessions, and signing in, in a real browser: by axe, on a phone and at a desk."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("desk", "light")])
def test_the_pages_are_whole_and_accessible(open_page, axe, clerk, administrator, width, theme):
    phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/143.0 Mobile Safari/537.36"
    for agent in (phone, ""):
        Client(headers={"user-agent": agent}).force_login(clerk)
    page = open_page("/can-bo/phien/", user=clerk.username, width=width, theme=theme)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_text("Máy này", exact=True).count() == 1
    page.get_by_role("button", name="Kết thúc mọi phiên khác").click()
    page.get_by_text("Đã kết thúc các phiên khác").wait_for()
    assert page.get_by_role("button", name="Kết thúc").count() == 0
    page = open_page("/can-bo/dang-nhap/", width=width, theme=theme)
    page.get_by_label("Chỉ một mình tôi dùng máy này").check()
    axe(page)
