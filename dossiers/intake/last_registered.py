"""What this session took in last, or the one before that ended too early: the band above the next empty form, and the
applicant for one dossier more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode

from accounts.models import User
from dossiers.clock.states import Status
from dossiers.explanation.wording import heading_date
from dossiers.models import Dossier
from units.models import Unit

SESSION_KEY: Final = "taken_in"
SHOWN_FOR: Final = timedelta(minutes=30)
CONFIRMED: Final = "confirmation"
"""The page of a reading, where nothing is printed that would leave another."""
FOUND_FOR: Final = timedelta(days=7)
"""How far back a new session looks for what an ended one has not shown."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`paper`: the address of the slip, or of all their slips in one file; empty where there is none.

    `to_print`: it was asked for and not sent to the printer yet. `is_done`: this page is the first that shows it, and
    nothing is left to print.
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


def remember(session: SessionBase, dossiers: Iterable[Dossier], at: datetime, *, to_print: bool = True) -> None:
    """Keep their codes, nothing else. The same dossiers again (a second press, "back") are not printed again."""
    codes = [dossier.code for dossier in dossiers]
    if session.get(SESSION_KEY, {}).get("codes") != codes:
        session[SESSION_KEY] = {"codes": codes, "at": at.isoformat(), "to_print": to_print, "is_shown": False}


def find_unconfirmed(session: SessionBase, user: User, desk: Unit, at: datetime) -> None:
    """Have a new session show what this person took in last at this desk, if the session that was to show it ended
    before: this person has neither printed nor opened it. Asked once a session."""
    if SESSION_KEY in session:
        return
    session[SESSION_KEY] = {}
    lately = Dossier.objects.filter(registered_by=user, receiving_desk=desk, submitted_at__range=(at - FOUND_FOR, at))
    last = lately.order_by("-submitted_at", "-pk").first()
    if last is None or last.readings.filter(user=user).exists():
        return
    same = ("submitted_at", "offering_id", "applicant_name")
    together = lately.filter(**{name: getattr(last, name) for name in same})
    remember(session, together.order_by("pk"), at)


def save_now(session: SessionBase) -> None:
    """In the transaction of whoever calls. Raises SessionInterrupted when it was deleted meanwhile."""
    if not session.modified:
        return
    try:
        session.save()
    except UpdateError as error:
        raise SessionInterrupted from error
    session.modified = False


def print_still(session: SessionBase, at: datetime) -> bool:
    """Print it with the next page: the one that was to print it was left before. False where there is nothing."""
    kept = session.get(SESSION_KEY)
    if not kept or not _is_fresh(kept, at):
        return False
    session[SESSION_KEY] = kept | {"to_print": True}
    return True


def recall(session: SessionBase, user: User, at: datetime, *, prints: bool = True) -> TakenIn | None:
    """What was taken in last: once, however late the answer to the registration comes, then for half an hour. To be
    printed only by the first page that `prints`."""
    kept = session.get(SESSION_KEY)
    if not kept or not _is_fresh(kept, at):
        return None
    to_print, is_first = prints and kept["to_print"], not _is_shown(kept)
    if to_print or is_first:
        session[SESSION_KEY] = kept | {"to_print": kept["to_print"] and not to_print, "is_shown": True}
    found = _found(kept, user)
    if not found:
        return None
    paper = _paper(found)
    is_done = is_first and not (paper and kept["to_print"])
    return TakenIn(found, paper, bool(paper) and to_print, is_done)


def last_applicants_file(session: SessionBase, user: User, at: datetime) -> Dossier | None:
    """The file whose applicant hands in one dossier more."""
    kept = session.get(SESSION_KEY)
    found = _found(kept, user) if kept and _is_fresh(kept, at) else []
    return found[0] if found else None


def particulars(dossier: Dossier) -> dict[str, str]:
    """The applicant as the fields of the registration page have it."""
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


def _is_shown(kept: dict[str, Any]) -> bool:
    """What sessions hold from before this was noted counts as shown."""
    return bool(kept.get("is_shown", True))


def _is_fresh(kept: dict[str, Any], at: datetime) -> bool:
    since = parse_datetime(kept["at"])
    return not _is_shown(kept) or (since is not None and at - since < SHOWN_FOR)


def _found(kept: dict[str, Any], user: User) -> list[Dossier]:
    """Only what this person took in, in the order of the codes."""
    own = Dossier.objects.filter(code__in=kept["codes"], registered_by=user)
    return list(own.for_list().order_by("pk"))


def _paper(dossiers: Sequence[Dossier]) -> str:
    first = dossiers[0]
    if len(dossiers) > 1:
        return f"{reverse('dossiers:receipts')}?{urlencode([('ma', one.code) for one in dossiers])}"
    if first.received_at:
        return reverse("dossiers:receipt", args=[first.code])
    slip = first.slips.last()
    return reverse("dossiers:slip", args=[first.code, slip.pk]) if slip else ""
