"""Decides which reminders a leg needs at a time, and for whom. Pure: rows in, reminders out.

All durations are working time of the office that has the dossier. The key of a reminder consists of its subject and
its date: the same fact always gives the same key, a moved date a new one. Sources: Decree 61/2018/ND-CP, articles 18.2
(hand-over on the same working day) and 19.9 (apology at the latest one day before the due date); the portal's policy
where the law names no time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dossiers.clock.clocks import HOURS_A_DAY
from dossiers.clock.legs import ALARM_AFTER, transfer_by
from dossiers.clock.overdue import step_ends
from dossiers.clock.replay import apology_deadline
from notices.models import Notice
from units.clock.working_calendar import WorkingCalendar, local

Kind = Notice.Kind

LONGEST_LEAD: Final = timedelta(hours=HOURS_A_DAY)
SHARE_LEFT: Final = 5
AT_RISK_DAYS: Final = 2
LEVELS: Final = 2
"""Levels of escalation of one lateness: the heads of the unit itself, then those of the unit above."""


class Recipients(StrEnum):
    """Who gets a reminder: officers of the leg, of the sender, clerks of the desk, heads of the unit."""

    WORKERS = "workers"
    SENDERS = "senders"
    DESK = "desk"
    HEADS = "heads"


@dataclass(frozen=True, slots=True)
class HeldLeg:
    """A leg in hand of a dossier whose clock runs. `due_at` is the leg's, `promised_at` the dossier's; all aware.

    `was_put_off`: an apology with a new date has been given.
    """

    dossier_id: int
    position: int
    unit_id: int
    desk_id: int
    assignee_id: int | None
    accepted_at: datetime
    due_at: datetime
    received_at: datetime
    promised_at: datetime
    was_put_off: bool = False

    @property
    def ends_at(self) -> datetime:
        return step_ends(self.accepted_at, self.due_at, self.promised_at) or self.promised_at


@dataclass(frozen=True, slots=True)
class LegOnTheWay:
    """A leg handed over and not accepted; the sender had the dossier before."""

    dossier_id: int
    position: int
    unit_id: int
    handed_over_at: datetime
    sender_id: int | None
    sender_assignee_id: int | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """`until`: the date concerned (a due date, a deadline, or since when something is missing). `level`: heads upwards
    from 1. `is_of_step`: the step was late before the promise, or the promise can still be met."""

    kind: Kind
    key: str
    to: Recipients
    until: datetime
    level: int = 0
    is_of_step: bool = False


def held_leg_reminders(
    leg: HeldLeg, at: datetime, calendar: WorkingCalendar, escalate_after: timedelta
) -> list[Reminder]:
    """All reminders of a leg in hand; `escalate_after` is working time past the due date, per level."""
    reminders = [*_of_the_leg(leg, at, calendar), *_of_the_promise(leg, at, calendar)]
    if leg.position == 0 and transfer_by(leg.accepted_at, calendar) < at:
        reminders.append(_reminder(Kind.NOT_HANDED_OVER, _leg(leg), Recipients.WORKERS, leg.accepted_at))
    return [*reminders, *_escalations(leg, at, calendar, escalate_after)]


def on_the_way_reminders(leg: LegOnTheWay, at: datetime, calendar: WorkingCalendar) -> list[Reminder]:
    """Reminders to both sides when nobody accepted a hand-over within four working hours."""
    if calendar.worked_time_between(leg.handed_over_at, at) <= ALARM_AFTER:
        return []
    subject = f"{leg.dossier_id}/{leg.position}"
    return [
        _reminder(Kind.NOT_ACCEPTED, subject, to, leg.handed_over_at)
        for to in (Recipients.WORKERS, Recipients.SENDERS)
    ]


def is_due_soon(accepted_at: datetime, due_at: datetime, at: datetime, calendar: WorkingCalendar) -> bool:
    """Whether at most one fifth of a leg's working time is left, and at most one working day.

    So a leg of two days is due soon a little over three hours before its end, one of thirty days on its last day.
    """
    share = calendar.worked_time_between(accepted_at, due_at) / SHARE_LEFT
    return at <= due_at and calendar.worked_time_between(at, due_at) <= min(share, LONGEST_LEAD)


def is_at_risk(received_at: datetime, promised_at: datetime, at: datetime, calendar: WorkingCalendar) -> bool:
    """Whether to remind of an apology: at most two working days are left, at least half of the term is used (a two-day
    promise is not at risk on its first day), and the last day for an apology is not over."""
    if calendar.working_days_between(local(at).date(), local(promised_at).date()) > AT_RISK_DAYS:
        return False
    used = calendar.worked_time_between(received_at, at)
    whole = calendar.worked_time_between(received_at, promised_at)
    return used * 2 >= whole and at <= apology_deadline(promised_at, calendar)


def horizon(at: datetime, calendar: WorkingCalendar) -> datetime:
    """Due dates after this time need no reminder at `at`."""
    return calendar.nth_closing(local(at).date(), AT_RISK_DAYS)[0]


def _of_the_leg(leg: HeldLeg, at: datetime, calendar: WorkingCalendar) -> Iterator[Reminder]:
    if leg.ends_at < at:
        yield _reminder(Kind.OVERDUE, _leg(leg), Recipients.WORKERS, leg.ends_at)
    elif is_due_soon(leg.accepted_at, leg.ends_at, at, calendar):
        yield _reminder(Kind.DUE_SOON, _leg(leg), Recipients.WORKERS, leg.ends_at)


def _of_the_promise(leg: HeldLeg, at: datetime, calendar: WorkingCalendar) -> Iterator[Reminder]:
    if leg.promised_at < at:
        yield _reminder(Kind.DOSSIER_OVERDUE, f"{leg.dossier_id}", Recipients.DESK, leg.promised_at)
    elif not leg.was_put_off and is_at_risk(leg.received_at, leg.promised_at, at, calendar):
        deadline = apology_deadline(leg.promised_at, calendar)
        yield _reminder(Kind.APOLOGY_POSSIBLE, f"{leg.dossier_id}", Recipients.WORKERS, deadline)


def _escalations(
    leg: HeldLeg, at: datetime, calendar: WorkingCalendar, escalate_after: timedelta
) -> Iterator[Reminder]:
    since = min(leg.ends_at, leg.promised_at)
    if since >= at:
        return
    level = min(LEVELS, calendar.worked_time_between(since, at) // escalate_after)
    of_step = leg.ends_at < leg.promised_at
    for step in range(1, level + 1):
        key = _key(Kind.ESCALATED, f"{_leg(leg)}:{step}", since)
        yield Reminder(Kind.ESCALATED, key, Recipients.HEADS, since, step, of_step)


def _leg(leg: HeldLeg) -> str:
    return f"{leg.dossier_id}/{leg.position}"


def _reminder(kind: Kind, subject: str, to: Recipients, until: datetime) -> Reminder:
    return Reminder(kind, _key(kind, subject, until), to, until)


def _key(kind: Kind, subject: str, until: datetime) -> str:
    return f"{kind.value}:{subject}:{until.timestamp():.0f}"
