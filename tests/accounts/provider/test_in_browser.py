"""Sign-in and sign-out by a provider in a real browser, whose policy lets forms lead to no other site."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import ProviderIdentity
from tests.accounts.provider.stand_in import SUBJECT
from tests.browser import follow
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("desk", "light")])
def test_refused_until_linked_then_in_and_out_at_both(open_page, axe, city, provider, width, theme):
    person = make_user("clerk", city.ward_desk)
    page = open_page("/can-bo/dang-nhap/", width=width, theme=theme)
    axe(page)
    follow(page.get_by_role("link", name="Đăng nhập bằng Tài khoản công vụ"))
    expect(page.get_by_role("alert")).to_contain_text("chưa được nối")
    expect(page.locator("main")).to_contain_text(SUBJECT)
    axe(page)
    row = {"issuer": provider.issuer, "subject": SUBJECT}
    ProviderIdentity.objects.create(person=person, linked_at=timezone.now(), **row)
    follow(page.get_by_role("link", name="Thử lại"))
    expect(page).to_have_url(re.compile("/can-bo/tiep-nhan/"))
    page.goto("/can-bo/dang-xuat/")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/can-bo/dang-nhap/"))
    assert any(path.startswith("/end?") for path in provider.asked)
