"""What a browser is told to refuse, on every kind of answer; what programs and finders of weaknesses are told."""

from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

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


@pytest.mark.parametrize("path", ["/api/v1/units/", "/open311/v2/services.json"])
def test_programs_are_refused_in_clear_text_where_people_are_redirected(settings, path):
    settings.SECURE_SSL_REDIRECT = True
    refused = Client().get(path)
    assert (refused.status_code, refused.json()) == (403, {"detail": "Call this address by https."})
    assert Client().get("/don-vi/")["Location"] == "https://testserver/don-vi/"


@pytest.mark.django_db
def test_programs_are_answered_over_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/api/v1/units/", secure=True).status_code == 200


def test_who_finds_a_weakness_reads_whom_to_tell(settings):
    settings.SECURITY_CONTACT = ["mailto:anninh@motcua.example", "https://motcua.example/bao-loi/"]
    answer = Client().get("/.well-known/security.txt")
    lines = [line.split(": ", 1) for line in answer.content.decode().splitlines()]
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert [value for name, value in lines if name == "Contact"] == settings.SECURITY_CONTACT
    expires = datetime.fromisoformat(dict(lines)["Expires"])
    assert timedelta(days=179) < expires - timezone.now() < timedelta(days=365)


@pytest.mark.django_db
def test_there_is_no_such_text_without_a_contact(settings):
    settings.SECURITY_CONTACT = []
    assert Client().get("/.well-known/security.txt").status_code == 404
