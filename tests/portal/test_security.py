"""What a browser is told to refuse, on every kind of answer."""

import pytest
from django.test import Client

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
@pytest.mark.parametrize("path", ["/don-vi/", "/khong-co/", "/can-bo/dang-nhap/", "/quan-tri/login/", "/en/don-vi/"])
def test_every_page_carries_the_strict_policy_and_nothing_inline(path):
    answer = Client().get(path)
    page = answer.content.decode()
    assert {part.strip() for part in answer["Content-Security-Policy"].split(";")} == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert [mark for mark in (" style=", "<style", " onclick=", "hx-on") if mark in page] == []


def test_health_needs_no_known_host():
    assert Client().get("/healthz", headers={"Host": "10.0.0.7"}).content == b"ok\n"
