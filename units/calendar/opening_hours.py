"""Where citizens can go, and whether somebody is there now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from units.calendar.lookup import receiving_calendars
from units.clock.working_calendar import Hours, WorkingCalendar, local
from units.models import CalendarDay, OpeningHours, Unit

_WEEK_AHEAD = timedelta(days=7)
_WEEKS_AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """The hours of one weekday, or of several in a row (`first` to `last`)."""

    first: OpeningHours.Weekday
    last: OpeningHours.Weekday
    hours: Hours


@dataclass(frozen=True, slots=True)
class Place:
    """A desk as the public sees it at a moment: `today` its hours of that day, open until `closes_at`, or closed until
    `opens_at`."""

    desk: Unit
    lines: tuple[HoursLine, ...]
    today: Hours
    closes_at: datetime | None
    opens_at: datetime | None
    calendar: WorkingCalendar

    @property
    def is_open(self) -> bool:
        return self.closes_at is not None


def places(at: datetime) -> list[Place]:
    """Every desk in force at `at`, the order of the tree; the same few queries for any number of desks."""
    desks = Unit.objects.desks().in_force(local(at).date()).select_related("kind", "parent").order_by("order", "name")
    return [place(desk, at, calendar) for desk, calendar in zip(desks, receiving_calendars(desks), strict=True)]


def place(desk: Unit, at: datetime, calendar: WorkingCalendar) -> Place:
    """One desk by the calendar of when it is open to the public; no query."""
    now = calendar.stretches(at, at + timedelta(microseconds=1))
    closes_at = _end_of_stretch(at, calendar) if now else None
    today = calendar.hours_on(local(at).date())
    return Place(desk, opening_lines(calendar), today, closes_at, None if now else calendar.next_opening(at), calendar)


def _end_of_stretch(at: datetime, calendar: WorkingCalendar) -> datetime:
    return calendar.stretches(at, at + _WEEK_AHEAD)[0][1]


def opening_lines(calendar: WorkingCalendar) -> tuple[HoursLine, ...]:
    """The ordinary week, with weekdays of equal hours joined."""
    runs = groupby(OpeningHours.Weekday, key=lambda weekday: calendar.weekly_hours(weekday))
    days = ((hours, list(weekdays)) for hours, weekdays in runs)
    return tuple(HoursLine(weekdays[0], weekdays[-1], hours) for hours, weekdays in days if hours)


def closed_days(at: datetime, calendar: WorkingCalendar) -> list[CalendarDay]:
    """The days off, short days and worked Saturdays of the next weeks, soonest first. No query."""
    today = local(at).date()
    return [
        CalendarDay(day=special.day, kind=special.kind.value, reason=special.reason, closes_at=special.closes_at)
        for special in calendar.special_days(today, today + _WEEKS_AHEAD)
    ]
