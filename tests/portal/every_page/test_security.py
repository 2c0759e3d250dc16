"""What a browser is told to refuse, on every kind of answer."""

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/don-vi/", "/khong-co/", "/can-bo/dang-nhap/", "/en/don-vi/", "/api/v1/docs/"])
def test_every_page_carries_the_strict_policy_and_nothing_inline(path):
    is_strict(Client().get(path))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/quan-tri/", "/quan-tri/units/unit/add/"])
def test_the_administration_pages_do_so_too(path):
    client = Client()
    client.force_login(User.objects.create_superuser("quan-tri", password="mot-cua-thu-nghiem"))
    is_strict(client.get(path))


def is_strict(answer: HttpResponse) -> None:
    page = answer.content.decode()
    assert answer.status_code in {200, 404}
    assert {part.strip() for part in answer["Content-Security-Policy"].split(";")} == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert [mark for mark in (" style=", "<style", " onclick=", "hx-on") if mark in page] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
def test_the_description_of_the_api_is_drawn_under_the_strict_policy(open_page):
    """`open_page` refuses whatever the browser complains of."""
    page = open_page("/api/v1/docs/")
    page.get_by_text("/api/v1/due-date/").first.click()
    page.get_by_text("received_at").first.wait_for()


def test_health_needs_no_known_host():
    assert Client().get("/healthz", headers={"Host": "10.0.0.7"}).content == b"ok\n"
