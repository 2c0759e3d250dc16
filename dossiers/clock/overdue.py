"""The definitions of "overdue" and "behind schedule", each for one row and for a query.

A dossier is *overdue* ("quá hạn") when its clock runs and the time promised to the citizen is past. The promise is the
date on the slip as moved by pauses, restarts and calendar changes; the new date of an apology never replaces it
(Decree 61/2018/ND-CP, article 19.9). A dossier whose clock is paused, for papers, payment, a withdrawal or a stop, is
never overdue. It counts once, for the unit that handles it, whichever office has it in hand.

A step is *behind schedule* ("chậm bước") when an office has it in hand, the dossier's clock runs and the time of the
step is past. It counts for the office that has it in hand; the promise to the citizen may still be met.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import F, Q

from dossiers.clock.states import RUNNING, Outcome, Status


class DossierDates(Protocol):
    """A dossier or a listed dossier."""

    @property
    def state(self) -> Status: ...
    @property
    def due_at(self) -> datetime | None: ...


class LegInHand(Protocol):
    """A leg or a listed leg."""

    @property
    def in_hand(self) -> bool: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...


def is_overdue(dossier: DossierDates, at: datetime) -> bool:
    return dossier.state in RUNNING and dossier.due_at is not None and dossier.due_at < at


def finished_late(due_at: datetime | None, finished_at: datetime | None, outcome: str) -> bool:
    """Whether the result was ready after the promised date; the date of an apology does not count."""
    return outcome in {Outcome.GRANTED, Outcome.DECLINED} and bool(due_at and finished_at and finished_at > due_at)


def overdue(at: datetime, dossier: str = "") -> Q:
    """`is_overdue` as a condition; `dossier` is the lookup prefix from the row to the dossier, as "dossier__"."""
    return Q((f"{dossier}status__in", sorted(RUNNING)), (f"{dossier}due_at__lt", at))


def step_ends(accepted_at: datetime | None, due_at: datetime | None, promised_at: datetime | None) -> datetime | None:
    """When a step in hand is due. A step without time of its own, such as a desk's, is due with the promise."""
    has_time = accepted_at is not None and due_at is not None and due_at > accepted_at
    return due_at if has_time else promised_at


def is_behind_schedule(leg: LegInHand, dossier: DossierDates, at: datetime) -> bool:
    ends = step_ends(leg.accepted_at, leg.due_at, dossier.due_at)
    return dossier.state in RUNNING and leg.in_hand and ends is not None and ends < at


def behind_schedule(at: datetime) -> Q:
    """`is_behind_schedule` as a condition on legs."""
    return _in_hand() & _step_ends_before(at)


def step_due_before(until: datetime, at: datetime) -> Q:
    """Condition on legs: in hand, not behind schedule at `at`, and the step is due before `until`."""
    return _in_hand() & _step_ends_before(until) & ~_step_ends_before(at)


def _in_hand() -> Q:
    in_hand = Q(accepted_at__isnull=False, finished_at=None, skipped=False)
    return in_hand & Q(dossier__status__in=sorted(RUNNING))


def _step_ends_before(moment: datetime) -> Q:
    has_time = Q(due_at__gt=F("accepted_at"))
    return (has_time & Q(due_at__lt=moment)) | (~has_time & Q(dossier__due_at__lt=moment))
