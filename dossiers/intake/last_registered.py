"""The dossiers registered last, in this session or in one that ended before showing them: shown above the next empty
form, source of the same applicant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts.models import User
from dossiers.clock.states import Status
from dossiers.explanation.wording import heading_date
from dossiers.models import Dossier
from units.models import Unit

SESSION_KEY: Final = "taken_in"
SHOWN_FOR: Final = timedelta(minutes=30)
CONFIRMED: Final = "confirmation"
"""The page of the recorded reading where no slip is printed, since printing records one of its own."""
FOUND_FOR: Final = timedelta(days=7)
"""How far back a new session looks for dossiers that an ended one did not show."""


@dataclass(frozen=True, slots=True)
class LastRegistered:
    """`paper`: where the slip is printed, or all slips in one file; empty where there is none.

    `to_print`: printing was requested and not started yet. `is_done`: this page is the first that shows the dossiers,
    and nothing is left to print.
    """

    dossiers: Sequence[Dossier]
    paper: str
    to_print: bool
    is_done: bool

    @property
    def first(self) -> Dossier:
        return self.dossiers[0]

    @property
    def last(self) -> Dossier:
        return self.dossiers[-1]

    @property
    def is_refused(self) -> bool:
        return self.first.state is Status.REFUSED

    @property
    def due_day(self) -> str:
        return heading_date(self.first.due_at) if self.first.due_at else ""


def store_registered(
    session: SessionBase, dossiers: Iterable[Dossier], at: datetime, *, to_print: bool = True
) -> None:
    """Stores only their codes. The same dossiers again (a second press, "back") are not printed again."""
    codes = [dossier.code for dossier in dossiers]
    if session.get(SESSION_KEY, {}).get("codes") != codes:
        session[SESSION_KEY] = {"codes": codes, "at": at.isoformat(), "to_print": to_print, "is_shown": False}


def find_unconfirmed(session: SessionBase, user: User, desk: Unit, at: datetime) -> None:
    """Lets a new session show what this person registered last at this desk, if an earlier session ended before
    showing it: this person has neither printed nor opened it. Looks once a session."""
    if SESSION_KEY in session:
        return
    session[SESSION_KEY] = {}
    lately = Dossier.objects.filter(registered_by=user, receiving_desk=desk, submitted_at__range=(at - FOUND_FOR, at))
    last = lately.order_by("-submitted_at", "-pk").first()
    if last is None or last.readings.filter(user=user).exists():
        return
    same = ("submitted_at", "offering_id", "applicant_name")
    together = lately.filter(**{name: getattr(last, name) for name in same})
    store_registered(session, together.order_by("pk"), at)


def save_now(session: SessionBase) -> None:
    """Saves the session in the caller's transaction. Raises SessionInterrupted when it was deleted meanwhile."""
    if not session.modified:
        return
    try:
        session.save()
    except UpdateError as error:
        raise SessionInterrupted from error
    session.modified = False


def print_again(session: SessionBase, at: datetime) -> bool:
    """Requests printing with the next page, after the page that should have printed was left. False without
    dossiers."""
    stored = session.get(SESSION_KEY)
    if not stored or not _is_fresh(stored, at):
        return False
    session[SESSION_KEY] = stored | {"to_print": True}
    return True


def read_last_registered(
    session: SessionBase, user: User, at: datetime, *, prints: bool = True
) -> LastRegistered | None:
    """Returns the dossiers registered last: at least once, however late, then for half an hour. Only the first page
    with `prints` prints them."""
    stored = session.get(SESSION_KEY)
    if not stored or not _is_fresh(stored, at):
        return None
    to_print, is_first = prints and stored["to_print"], not _is_shown(stored)
    if to_print or is_first:
        session[SESSION_KEY] = stored | {"to_print": stored["to_print"] and not to_print, "is_shown": True}
    found = _stored_dossiers(stored, user)
    if not found:
        return None
    paper = _paper(found)
    is_done = is_first and not (paper and stored["to_print"])
    return LastRegistered(found, paper, bool(paper) and to_print, is_done)


def last_applicants_dossier(session: SessionBase, user: User, at: datetime) -> Dossier | None:
    """The dossier whose applicant submits another one."""
    stored = session.get(SESSION_KEY)
    found = _stored_dossiers(stored, user) if stored and _is_fresh(stored, at) else []
    return found[0] if found else None


def particulars(dossier: Dossier) -> dict[str, str]:
    """The applicant's particulars by field of the registration form."""
    born_on = dossier.applicant_born_on
    return {
        "kind": dossier.applicant_kind,
        "name": dossier.applicant_name,
        "id_number": dossier.applicant_id,
        "nationality": dossier.applicant_nationality,
        "born_on": f"{born_on:%d/%m/%Y}" if born_on else "",
        "address": dossier.applicant_address,
        "phone": dossier.applicant_phone,
        "email": dossier.applicant_email,
    }


def _is_shown(stored: dict[str, Any]) -> bool:
    """True for sessions written before `is_shown` existed."""
    return bool(stored.get("is_shown", True))


def _is_fresh(stored: dict[str, Any], at: datetime) -> bool:
    since = parse_datetime(stored["at"])
    return not _is_shown(stored) or (since is not None and at - since < SHOWN_FOR)


def _stored_dossiers(stored: dict[str, Any], user: User) -> list[Dossier]:
    """Only dossiers that this person registered, in the order of registration."""
    own = Dossier.objects.filter(code__in=stored["codes"], registered_by=user)
    return list(own.for_list().order_by("pk"))


def _paper(dossiers: Sequence[Dossier]) -> str:
    first = dossiers[0]
    if len(dossiers) > 1:
        return reverse("dossiers:receipts")
    if first.received_at:
        return reverse("dossiers:receipt", args=[first.code])
    slip = first.slips.last()
    return reverse("dossiers:slip", args=[first.code, slip.pk]) if slip else ""
