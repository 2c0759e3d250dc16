"""Which reminders an open case needs at a moment, and for whom. Pure: rows in, reminders out.

All times are working times of the unit that has the case. The key of a reminder is made of its fact and date: the same
fact always gives the same key, a date that moved gives a new one. The dates are those of the law on each kind
(`complaints.clock.replay`); when to warn and whom is the portal's own policy, that of dossiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from complaints.clock.states import UNDECIDED, Status
from dossiers.clock.legs import ALARM_AFTER
from dossiers.reminders.due import LEVELS, is_due_soon
from notices.models import Notice
from units.clock.working_calendar import WorkingCalendar, local

NoticeKind = Notice.Kind


class Recipients(StrEnum):
    """Whom a reminder is for: who works on the case, who works where it is on its way to, heads of the unit."""

    WORKERS = "workers"
    RECEIVERS = "receivers"
    HEADS = "heads"


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """An open case: `due_at` is the next deadline, `since` when its clock began; `passed_at` when it was passed on to
    `passed_to_id`, `asked_at` when its reporter was asked to complete it. All aware."""

    case_id: int
    is_sealed: bool
    status: str
    unit_id: int
    assignee_id: int | None
    due_at: datetime
    since: datetime
    passed_to_id: int | None = None
    passed_at: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """`until` is the moment it is about: a due date, or since when something is missing. `level` counts heads upwards
    from 1."""

    kind: NoticeKind
    key: str
    to: Recipients
    until: datetime
    level: int = 0


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """`escalate_after`: working time past the due date, per level of heads; `supplement_days`: working days that a
    reporter has to complete the text."""

    escalate_after: timedelta
    supplement_days: int


def reminders_of(case: WaitingCase, at: datetime, calendar: WorkingCalendar, policy: ReminderPolicy) -> list[Reminder]:
    """All reminders of a case now."""
    found: list[Reminder] = []
    if case.status == Status.AWAITING_SUPPLEMENT:
        found += _uncompleted(case, at, calendar, policy)
    elif case.status != Status.SUSPENDED:
        found += [*_of_the_date(case, at, calendar), *_escalations(case, at, calendar, policy)]
    return [*found, *_not_taken(case, at, calendar)]


def _of_the_date(case: WaitingCase, at: datetime, calendar: WorkingCalendar) -> Iterator[Reminder]:
    if case.due_at < at:
        kind = NoticeKind.CASE_UNDECIDED if case.status in UNDECIDED else NoticeKind.CASE_OVERDUE
        yield _reminder(kind, case, Recipients.WORKERS, case.due_at)
    elif is_due_soon(case.since, case.due_at, at, calendar):
        yield _reminder(NoticeKind.CASE_DUE_SOON, case, Recipients.WORKERS, case.due_at)


def _escalations(
    case: WaitingCase, at: datetime, calendar: WorkingCalendar, policy: ReminderPolicy
) -> Iterator[Reminder]:
    if case.due_at >= at:
        return
    levels = calendar.worked_time_between(case.due_at, at) // policy.escalate_after
    for level in range(1, min(LEVELS, levels) + 1):
        key = f"{_key(NoticeKind.CASE_ESCALATED, case, case.due_at)}:{level}"
        yield Reminder(NoticeKind.CASE_ESCALATED, key, Recipients.HEADS, case.due_at, level)


def _uncompleted(
    case: WaitingCase, at: datetime, calendar: WorkingCalendar, policy: ReminderPolicy
) -> Iterator[Reminder]:
    if case.asked_at is None:
        return
    if calendar.nth_closing(local(case.asked_at).date(), policy.supplement_days)[0] < at:
        yield _reminder(NoticeKind.CASE_UNCOMPLETED, case, Recipients.WORKERS, case.asked_at)


def _not_taken(case: WaitingCase, at: datetime, calendar: WorkingCalendar) -> Iterator[Reminder]:
    """An alarm on both sides when nobody took over within four working hours what was passed on."""
    if case.passed_at is None or calendar.worked_time_between(case.passed_at, at) <= ALARM_AFTER:
        return
    for to in (Recipients.RECEIVERS, Recipients.WORKERS):
        yield _reminder(NoticeKind.CASE_NOT_TAKEN, case, to, case.passed_at)


def _reminder(kind: NoticeKind, case: WaitingCase, to: Recipients, until: datetime) -> Reminder:
    return Reminder(kind, _key(kind, case, until), to, until)


def _key(kind: NoticeKind, case: WaitingCase, until: datetime) -> str:
    return f"{kind.value}:{case.case_id}:{until.timestamp():.0f}"
