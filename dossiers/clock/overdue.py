"""What is overdue and what is behind schedule: each said here once, for one row and for many.

*Overdue* ("quá hạn") is a dossier: its clock runs, and the moment promised to the citizen is past. The promise is the
date on the slip with what pauses, restarts and the calendar did to it; the new date of an apology never takes its
place (Decree 61/2018/ND-CP, article 19.9). While the clock stands, for papers, payment, a withdrawal or a stop,
nothing is overdue. It counts once, with the unit that handles it, whoever has it in hand.

*Behind schedule* ("chậm bước") is a step: an office has it in hand, the clock of the dossier runs, and the time of the
step itself is past. It counts with the office that has it; the promise to the citizen may well be kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import F, Q

from dossiers.clock.states import RUNNING, Outcome, Status


class Promised(Protocol):
    """A dossier, or a line of a list that tells as much of it."""

    @property
    def state(self) -> Status: ...
    @property
    def due_at(self) -> datetime | None: ...


class Held(Protocol):
    """A leg, or a line that tells as much of it."""

    @property
    def in_hand(self) -> bool: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...


def is_overdue(dossier: Promised, at: datetime) -> bool:
    return dossier.state in RUNNING and dossier.due_at is not None and dossier.due_at < at


def finished_late(due_at: datetime | None, finished_at: datetime | None, outcome: str) -> bool:
    """Whether a result came after the promise; the first one, whatever new date an apology gave."""
    return outcome in {Outcome.GRANTED, Outcome.DECLINED} and bool(due_at and finished_at and finished_at > due_at)


def overdue(at: datetime, dossier: str = "") -> Q:
    """The same of many rows; `dossier` leads from the row to it, as "dossier__"."""
    return Q((f"{dossier}status__in", sorted(RUNNING)), (f"{dossier}due_at__lt", at))


def step_ends(accepted_at: datetime | None, due_at: datetime | None, promised_at: datetime | None) -> datetime | None:
    """The end of a step in hand. One that was given no time of its own, as a desk's is, ends with the promise."""
    has_time = accepted_at is not None and due_at is not None and due_at > accepted_at
    return due_at if has_time else promised_at


def is_behind_schedule(leg: Held, dossier: Promised, at: datetime) -> bool:
    ends = step_ends(leg.accepted_at, leg.due_at, dossier.due_at)
    return dossier.state in RUNNING and leg.in_hand and ends is not None and ends < at


def behind_schedule(at: datetime) -> Q:
    """The same of many legs."""
    return _in_hand() & _step_ends_before(at)


def step_due_before(until: datetime, at: datetime) -> Q:
    """Of many legs: in hand, not behind schedule at `at`, and the step ends before `until`."""
    return _in_hand() & _step_ends_before(until) & ~_step_ends_before(at)


def _in_hand() -> Q:
    in_hand = Q(accepted_at__isnull=False, finished_at=None, skipped=False)
    return in_hand & Q(dossier__status__in=sorted(RUNNING))


def _step_ends_before(moment: datetime) -> Q:
    has_time = Q(due_at__gt=F("accepted_at"))
    return (has_time & Q(due_at__lt=moment)) | (~has_time & Q(dossier__due_at__lt=moment))
