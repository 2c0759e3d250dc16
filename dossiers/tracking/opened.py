"""Which dossiers this browser has opened, and by what: in a signed cookie; visitors leave no row.

An entry opened by secret or digits holds a mark made from the key of the dossier's row: once that key is renewed, the
entry opens no more than the code does.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from accounts.citizens.row_secrets import browser_mark
from dossiers.models import Dossier

COOKIE: Final = f"{settings.COOKIE_PREFIX}tra_cuu"
SALT: Final = "dossiers.tracking"
MARKS: Final = "dossiers.tracking.opened"
MOST_IN_COOKIE: Final = 10


class Proof(Enum):
    """What opened a dossier. The digits of a telephone number show its history; only the secret lets a person
    subscribe, rate and change the secret."""

    CODE = "o"
    DIGITS = "d"
    SECRET = "u"  # noqa: S105


class Entry(NamedTuple):
    opened: str
    mark: str = ""


Entries = dict[str, Entry]


def read_entries(request: HttpRequest) -> Entries:
    """Code → entry. Not yet compared with the rows; `opened_by` does that."""
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT) or ""
    parts = ((*part[1:].partition("~"), part[0]) for part in signed.split("|") if part)
    return {code: Entry(opened, mark) for code, _sign, mark, opened in parts}


def opened_by(entries: Entries, dossier: Dossier) -> Proof:
    entry = entries.get(dossier.code)
    if entry is None or not constant_time_compare(entry.mark, browser_mark(dossier, MARKS)):
        return Proof.CODE
    return Proof(entry.opened)


def entry_of(dossier: Dossier, opened: Proof) -> Entry:
    return Entry(opened.value, "" if opened is Proof.CODE else browser_mark(dossier, MARKS))


def write_entries(answer: HttpResponse, entries: Entries) -> HttpResponse:
    value = "|".join(
        f"{entry.opened}{code}" + (f"~{entry.mark}" if entry.mark else "")
        for code, entry in list(entries.items())[-MOST_IN_COOKIE:]
    )
    answer.set_signed_cookie(
        COOKIE, value, salt=SALT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer
