"""Which cases and bookings this browser has opened: in a signed cookie; visitors leave no row.

Each entry holds a mark made from the key of the row: once that key is renewed, the entry opens nothing.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from accounts.citizens.row_secrets import browser_mark
from complaints.models import Booking, Case

COOKIE: Final = f"{settings.COOKIE_PREFIX}phan_anh"
SALT: Final = "complaints.tracking"
OPEN_SECONDS: Final = 30 * 60
"""Seconds after the last page: the next person at a shared computer should not find it open."""

_MOST: Final = 10


def has_opened(request: HttpRequest, row: Case | Booking) -> bool:
    mark = _marks(request).get(row.code)
    return mark is not None and constant_time_compare(mark, browser_mark(row, SALT))


def remember_opened(request: HttpRequest, answer: HttpResponse, row: Case | Booking) -> HttpResponse:
    marks = {code: mark for code, mark in _marks(request).items() if code != row.code} | {
        row.code: browser_mark(row, SALT)
    }
    answer.set_signed_cookie(
        COOKIE,
        "|".join(f"{code}~{mark}" for code, mark in list(marks.items())[-_MOST:]),
        salt=SALT,
        max_age=OPEN_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def _marks(request: HttpRequest) -> dict[str, str]:
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=OPEN_SECONDS) or ""
    entries = (part.partition("~") for part in signed.split("|") if part)
    return {code: mark for code, _sign, mark in entries}
