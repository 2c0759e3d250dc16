"""The pages about accounts in a real browser: by axe, on a phone and at a desk, and without scripts."""

import pytest

from accounts.models import User
from accounts.sign_in.actions import send_link
from accounts.sign_in.password_links import link_token
from tests.accounts.roles.people import PAGES, proposed
from tests.browser import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("desk", "light")])
def test_the_pages_are_whole_and_accessible(open_page, axe, city, administrator, head, clerk, at, width, theme):
    row = proposed(clerk, administrator, city, at)
    page = open_page("/can-bo/", user=head.username, width=width, theme=theme)
    for path in ("", "de-xuat/", f"de-xuat/{row.pk}/", f"nguoi/{head.pk}/", "so/"):
        page.goto(f"{PAGES}{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_head_of_inspection_grants_and_a_person_sets_a_password_without_scripts(
    open_page, city, administrator, head, clerk, at
):
    row = proposed(clerk, administrator, city, at)
    page = open_page(f"{PAGES}de-xuat/{row.pk}/", user=head.username, javascript=False)
    follow(page.get_by_role("button", name="Chấp thuận"))
    assert User.objects.get(pk=clerk.pk).has_role("inspector")
    send_link(person=clerk, actor=administrator, at=at)
    token = link_token(User.objects.get(pk=clerk.pk), at)
    page = open_page(f"/can-bo/mat-khau-moi/{clerk.pk}/{token}/", javascript=False)
    for label in ("Mật khẩu mới", "Mật khẩu mới (nhập lại)"):
        page.get_by_label(label, exact=True).fill("mat-khau-rieng-cua-toi")
    follow(page.get_by_role("button", name="Đặt mật khẩu"))
    assert page.url.endswith("/can-bo/dang-nhap/")
