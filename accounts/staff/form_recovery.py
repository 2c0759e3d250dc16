"""Recovers a form after the session expired: stores it for its author, shows it once after the next sign-in.

Every form of staff carries the signed key of the person it was drawn for, so nobody can put words into the form of
somebody else. Nothing is done with a stored form: its page shows it again, and a person presses the button.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

SALT: Final = "dossiers.kept"
SESSION_KEY: Final = "kept"
STORED_FOR: Final = timedelta(minutes=30)
OWNER: Final = "owner"
# The time until signing in again is no work, and what a scanner read from a card is never stored.
LEFT_OUT: Final = (OWNER, "csrfmiddlewaretoken", "counter_seconds", "card")


class RecoveredForm(NamedTuple):
    """What was typed; `had_files`: files were chosen beside it, which nobody can choose for a person again."""

    typed: QueryDict
    had_files: bool


def sign_owner(user_id: int) -> str:
    return signing.Signer(salt=SALT).sign(str(user_id))


def owner_of(typed: Mapping[str, str]) -> int | None:
    """For whom the form was drawn; None when it does not say, or says it falsely."""
    try:
        return int(signing.Signer(salt=SALT).unsign(typed.get(OWNER, "")))
    except signing.BadSignature:
        return None


def store_form(
    session: SessionBase, owner: int, path: str, typed: QueryDict, at: datetime, *, had_files: bool = False
) -> None:
    """Put what was typed for the page at `path` into the session. Files are not stored, only that there were some."""
    left = typed.copy()
    for name in LEFT_OUT:
        left.pop(name, None)
    words = left.urlencode().replace("%00", "")  # PostgreSQL has no text with a zero byte
    stored = {"owner": owner, "path": path, "typed": words, "had_files": had_files}
    session[SESSION_KEY] = stored | {"until": (at + STORED_FOR).isoformat()}


def recover_form(session: SessionBase, user_id: int, path: str, at: datetime) -> RecoveredForm | None:
    """What this person had typed for this page, once. What is another's or too old is dropped unseen."""
    stored = session.get(SESSION_KEY)
    if stored is None:
        return None
    until = parse_datetime(stored["until"])
    is_good = stored["owner"] == user_id and until is not None and at < until
    if is_good and stored["path"] != path:
        return None
    del session[SESSION_KEY]
    return RecoveredForm(QueryDict(stored["typed"], mutable=True), stored["had_files"]) if is_good else None


def first_values(typed: QueryDict | None, prefix: str = "") -> dict[str, str | list[str]]:
    """What was typed, as the first values of a form that is not validated yet; a list where several were ticked."""
    start = f"{prefix}-" if prefix else ""
    given = typed.lists() if typed else ()
    return {
        name.removeprefix(start): values if len(values) > 1 else values[0]
        for name, values in given
        if name.startswith(start)
    }
