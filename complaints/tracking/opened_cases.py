"""Which cases this browser has opened with their secret: in a signed cookie; visitors leave no row."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE: Final = "phan_anh"
SALT: Final = "complaints.tracking"
OPEN_SECONDS: Final = 30 * 60
"""Seconds after the last page: the next person at a shared computer should not find it open."""

_MOST: Final = 10


def opened_codes(request: HttpRequest) -> list[str]:
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=OPEN_SECONDS) or ""
    return [code for code in signed.split("|") if code]


def remember_opened(request: HttpRequest, answer: HttpResponse, code: str) -> HttpResponse:
    codes = [one for one in opened_codes(request) if one != code]
    answer.set_signed_cookie(
        COOKIE,
        "|".join([*codes, code][-_MOST:]),
        salt=SALT,
        max_age=OPEN_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
