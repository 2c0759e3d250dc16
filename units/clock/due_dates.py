"""Terms and due dates: the arithmetic of the law. Pure: no Django, no clock, no database.

Sources: Civil Code 2015, articles 147 and 148 (the day of the event is not counted; a term ends at the end of its last
day; a last day that is a day off gives way to the next working day; a month without the day ends on its last day);
Labour Code, articles 111 and 112 (days off); Decree 23/2015/ND-CP, article 7 (certification: the same day, or the next
working day when received after 15:00).
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from units.clock.working_calendar import (
    OFFICE_DAY,
    OFFICE_TIME,
    OFFICE_WEEK,
    DayKind,
    Hours,
    SkippedDay,
    SpecialDay,
    WorkingCalendar,
    local,
)

__all__ = [
    "OFFICE_DAY",
    "OFFICE_TIME",
    "OFFICE_WEEK",
    "DayKind",
    "DueDate",
    "Hours",
    "Rule",
    "SkippedDay",
    "SpecialDay",
    "Term",
    "TermUnit",
    "WorkingCalendar",
    "due_date",
    "term_as_json",
    "term_from_json",
]

CUT_OFF = time(15)
_ONE_DAY = timedelta(days=1)


class TermUnit(StrEnum):
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"
    SAME_DAY = "same_day"


class Rule(StrEnum):
    """How a due date came about."""

    WORKING_HOURS = "working_hours"  # working time run down to the minute
    WORKING_DAYS = "working_days"  # closing time of the last working day counted
    CALENDAR_DAYS = "calendar_days"  # the last day is a working day
    CALENDAR_DAYS_ROLLED = "calendar_days_rolled"  # the last day was off: next working day
    MONTHS = "months"
    MONTHS_ROLLED = "months_rolled"
    SAME_DAY = "same_day"
    SAME_DAY_NEXT = "same_day_next"  # received after the cut-off hour, or on a day off


@dataclass(frozen=True, slots=True)
class Term:
    """How long an office has. Raises ValueError for a negative amount, or an amount with `SAME_DAY`.

    `cut_off` (15:00 unless given) is inclusive: 15:00:00 is still in time. It matters to `SAME_DAY`, and to any other
    unit when `late_receipt_next_day` says that a receipt after it counts as made on the next working day.
    """

    amount: int
    unit: TermUnit
    cut_off: time | None = None
    late_receipt_next_day: bool = False

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("a term cannot be negative")
        if self.amount and self.unit is TermUnit.SAME_DAY:
            raise ValueError("a same-day term has no amount")


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date with its derivation; both moments are in Asia/Ho_Chi_Minh.

    `starts_at` is the receipt, or the opening of the working day that a late receipt counts for. `counted` are the
    days that made up the term, `skipped` the days passed over on the way, each with its reason and source document.
    The last day of a term in calendar days or months is in both when it is off: it was counted, and it moved the end.
    `incomplete_years` are the years touched whose days off are not all known: the date may still move.
    """

    due_at: datetime
    starts_at: datetime
    term: Term
    rule: Rule
    counted: tuple[date, ...]
    skipped: tuple[SkippedDay, ...]
    incomplete_years: tuple[int, ...]
    calendar_version: str

    @property
    def due_on(self) -> date:
        return self.due_at.date()

    def as_json(self) -> dict[str, Any]:
        """A small JSON object; runs of days are stored as first day and length. `from_json` reads it back."""
        stored: dict[str, Any] = {
            "due": self.due_at.isoformat(),
            "from": self.starts_at.isoformat(),
            "term": term_as_json(self.term),
            "rule": self.rule.value,
            "on": [run[:2] for run in _runs(SkippedDay(day, DayKind.WORKED) for day in self.counted)],
            "off": _runs(self.skipped),
            "cal": self.calendar_version,
        }
        if self.incomplete_years:
            stored["open"] = list(self.incomplete_years)
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> DueDate:
        return cls(
            due_at=datetime.fromisoformat(stored["due"]).astimezone(OFFICE_TIME),
            starts_at=datetime.fromisoformat(stored["from"]).astimezone(OFFICE_TIME),
            term=term_from_json(stored["term"]),
            rule=Rule(stored["rule"]),
            counted=tuple(day for first, length in stored["on"] for day in _run(first, length)),
            skipped=tuple(
                SkippedDay(day, DayKind(kind), *why)
                for first, length, kind, *why in stored["off"]
                for day in _run(first, length)
            ),
            incomplete_years=tuple(stored.get("open", ())),
            calendar_version=stored["cal"],
        )


def due_date(received_at: datetime, term: Term, calendar: WorkingCalendar) -> DueDate:
    """When a term is over for a dossier received at `received_at` (aware). Never before the receipt itself.

    Raises ValueError for a naive datetime, and for a term that ends further away than a calendar reaches (decades).
    """
    try:
        received = local(received_at)
        start = _counted_as(received, term, calendar)
        due = _RECKON[term.unit](start, term, calendar)
    except OverflowError as error:
        raise ValueError("the calendar does not reach that far") from error
    return due if start is received else _explain_wait(due, received, calendar)


def _counted_as(received: datetime, term: Term, calendar: WorkingCalendar) -> datetime:
    """The receipt, or the later moment it counts for: the next opening, or the next working day after the cut-off."""
    if term.unit is TermUnit.SAME_DAY:
        return received  # has a cut-off of its own
    if term.late_receipt_next_day and (
        received.time() > (term.cut_off or CUT_OFF) or not calendar.is_working(received.date())
    ):
        return calendar.opening(calendar.next_working_day(received.date()))
    return calendar.next_opening(received) if term.unit is TermUnit.WORKING_HOUR else received


def _explain_wait(due: DueDate, received: datetime, calendar: WorkingCalendar) -> DueDate:
    """The same due date, with the days off between the receipt and the day it counts for."""
    waited = calendar.days_off(received.date() - _ONE_DAY, due.starts_at.date())
    return replace(due, skipped=waited + due.skipped)


def _working_days(start: datetime, term: Term, calendar: WorkingCalendar) -> DueDate:
    if not term.amount:
        return _by_closing(start, start.date(), Rule.WORKING_DAYS, term, calendar)
    due_at, counted, skipped = calendar.nth_closing(start.date(), term.amount)
    open_years = calendar.incomplete_years(start, due_at)
    return DueDate(due_at, start, term, Rule.WORKING_DAYS, counted, skipped, open_years, calendar.version)


def _working_hours(start: datetime, term: Term, calendar: WorkingCalendar) -> DueDate:
    due_at = calendar.advance(start, timedelta(hours=term.amount))
    eve = start.date() - _ONE_DAY
    return DueDate(
        due_at,
        start,
        term,
        Rule.WORKING_HOURS,
        calendar.worked_days(eve, due_at.date()),
        calendar.days_off(eve, due_at.date()),
        calendar.incomplete_years(start, due_at),
        calendar.version,
    )


def _same_day(start: datetime, term: Term, calendar: WorkingCalendar) -> DueDate:
    today = start.date()
    if start.time() <= (term.cut_off or CUT_OFF) and calendar.is_working(today) and start <= calendar.closing(today):
        return _by_closing(start, today, Rule.SAME_DAY, term, calendar)
    return _by_closing(start, calendar.next_working_day(today), Rule.SAME_DAY_NEXT, term, calendar)


def _calendar_term(start: datetime, term: Term, calendar: WorkingCalendar) -> DueDate:
    today = start.date()
    if term.unit is TermUnit.MONTH:
        last, rule, rolled = _months_later(today, term.amount), Rule.MONTHS, Rule.MONTHS_ROLLED
    else:
        last = today + timedelta(days=term.amount)
        rule, rolled = Rule.CALENDAR_DAYS, Rule.CALENDAR_DAYS_ROLLED
    days = tuple(map(date.fromordinal, range(today.toordinal() + 1, last.toordinal() + 1)))
    return _by_closing(start, last, rule if calendar.is_working(last) else rolled, term, calendar, days)


def _by_closing(
    start: datetime, last: date, rule: Rule, term: Term, calendar: WorkingCalendar, counted: tuple[date, ...] = ()
) -> DueDate:
    """Due at the closing of `last`, or of the first working day after it whose closing has not passed."""
    due_at = calendar.closing(calendar.on_or_after(last))
    if due_at < start:
        due_at = calendar.closing(calendar.next_working_day(due_at.date()))
    return DueDate(
        due_at,
        start,
        term,
        rule,
        counted or (due_at.date(),),
        calendar.days_off((last if counted else start.date()) - _ONE_DAY, due_at.date()),
        calendar.incomplete_years(start, due_at),
        calendar.version,
    )


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a month that has no such day (Civil Code, article 148.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


_RECKON = {
    TermUnit.WORKING_HOUR: _working_hours,
    TermUnit.WORKING_DAY: _working_days,
    TermUnit.DAY: _calendar_term,
    TermUnit.MONTH: _calendar_term,
    TermUnit.SAME_DAY: _same_day,
}


# Storage: runs of days


def _run(first: str, length: int) -> Iterable[date]:
    start = date.fromisoformat(first)
    return map(date.fromordinal, range(start.toordinal(), start.toordinal() + length))


def _runs(days: Iterable[SkippedDay]) -> list[list[Any]]:
    """[[first day, length, kind, reason, source], ...]; empty words at the end are left out."""
    runs: list[list[Any]] = []
    following, why_before = None, None
    for day, *why in days:
        if day == following and why == why_before:
            runs[-1][1] += 1
        else:
            runs.append([day.isoformat(), 1, *(str(word) for word in why if word)])
        following, why_before = day + _ONE_DAY, why
    return runs


def term_as_json(term: Term) -> list[Any]:
    """A term as a short JSON list; `term_from_json` reads it back."""
    stored: list[Any] = [term.amount, term.unit.value]
    if term.cut_off or term.late_receipt_next_day:
        stored.append(term.cut_off and term.cut_off.isoformat())
    return [*stored, 1] if term.late_receipt_next_day else stored


def term_from_json(stored: list[Any]) -> Term:
    amount, unit, *rest = stored
    return Term(amount, TermUnit(unit), time.fromisoformat(rest[0]) if rest and rest[0] else None, len(rest) > 1)
