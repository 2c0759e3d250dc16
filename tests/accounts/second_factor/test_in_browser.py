"""Second factors in a real browser with a virtual device for passkeys; by axe, on a phone and at a desk."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import User
from tests.accounts.second_factor.codes import LOGIN, PAGES, SECOND, code_at
from tests.browser import follow
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}


def virtual_device(page: Page) -> CDPSession:
    """A device that says yes at once, its person verified."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {**DEVICE, "isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def type_password(page: Page, person: User) -> None:
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    follow(page.get_by_role("button", name="Đăng nhập", exact=True))


def sign_out(page: Page) -> None:
    page.goto("/can-bo/dang-xuat/")
    follow(page.locator("main").get_by_role("button", name="Đăng xuất"))


def is_whole(page: Page, axe) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(
    ("role", "width", "theme"),
    [("clerk", "phone", "dark"), ("official", "desk", "light"), ("administrator", "desk", "dark")],
)
def test_setting_up_and_signing_in_by_app_and_by_passkey_alone(open_page, axe, city, settings, role, width, theme):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    person = make_user(role, city.ward_desk if role == "clerk" else city.district)
    page = open_page(LOGIN, width=width, theme=theme)
    virtual_device(page)
    is_whole(page, axe)
    type_password(page, person)
    expect(page).to_have_url(re.compile(f"{PAGES}$"))
    is_whole(page, axe)

    follow(page.get_by_role("link", name="Đặt ứng dụng xác thực"))
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    follow(page.get_by_role("button", name="Xác nhận mật khẩu"))
    is_whole(page, axe)
    seed = page.locator(".seed").inner_text().replace(" ", "")
    used = code_at(timezone.now(), seed)
    page.get_by_label("Mã 6 chữ số").fill(used)
    follow(page.get_by_role("button", name="Xác nhận"))
    expect(page.locator(".seeds li")).to_have_count(10)
    is_whole(page, axe)
    recovery = page.locator(".seeds code").first.inner_text()

    follow(page.get_by_role("link", name="Đã cất mã"))
    follow(page.get_by_role("link", name="Thêm khóa truy cập"))
    is_whole(page, axe)
    page.get_by_label("Tên để ông/bà nhận ra").fill("Máy ở quầy")
    follow(page.get_by_role("button", name="Tạo khóa"))
    expect(page.locator("main")).to_contain_text("Máy ở quầy")
    is_whole(page, axe)

    sign_out(page)
    page.goto(LOGIN)
    follow(page.get_by_role("button", name="Dùng khóa truy cập"))
    expect(page).not_to_have_url(re.compile("dang-nhap|hai-buoc"))

    sign_out(page)
    page.goto(LOGIN)
    type_password(page, person)
    expect(page).to_have_url(re.compile(SECOND))
    is_whole(page, axe)
    page.get_by_label("Mã trong ứng dụng").fill(used)
    follow(page.get_by_role("button", name="Đăng nhập"))
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(re.compile("đã dùng rồi|đã hết hạn"))
    is_whole(page, axe)
    page.get_by_label("Mã trong ứng dụng").fill(recovery)
    follow(page.get_by_role("button", name="Đăng nhập"))
    expect(page).not_to_have_url(re.compile("dang-nhap|hai-buoc"))


def test_without_scripts_codes_are_enough(open_page, city, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    person = make_user("clerk", city.ward_desk)
    page = open_page(LOGIN, javascript=False)
    expect(page.get_by_role("button", name="khóa truy cập")).to_be_hidden()
    type_password(page, person)
    follow(page.get_by_role("link", name="Đặt ứng dụng xác thực"))
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    follow(page.get_by_role("button", name="Xác nhận mật khẩu"))
    page.get_by_label("Mã 6 chữ số").fill(code_at(timezone.now(), page.locator(".seed").inner_text().replace(" ", "")))
    follow(page.get_by_role("button", name="Xác nhận"))
    page.goto("/can-bo/tiep-nhan/")
    expect(page).to_have_url(re.compile("tiep-nhan"))
