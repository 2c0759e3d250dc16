"""Which cases this browser has opened with their secret: in a signed cookie, for a while; visitors leave no row."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE: Final = "phan_anh"
SALT: Final = "complaints.tracking"
KEPT_FOR: Final = 30 * 60
"""Seconds after the last page: the next person at a shared computer should not find it open."""

_MOST: Final = 10


def opened_codes(request: HttpRequest) -> list[str]:
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_FOR) or ""
    return [code for code in signed.split("|") if code]


def keep_open(request: HttpRequest, answer: HttpResponse, code: str) -> HttpResponse:
    codes = [one for one in opened_codes(request) if one != code]
    answer.set_signed_cookie(
        COOKIE,
        "|".join([*codes, code][-_MOST:]),
        salt=SALT,
        max_age=KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
