"""Days in Hanoi."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from units.clock.working_calendar import OFFICE_TIME


def local_day(at: datetime) -> date:
    """The calendar day of an instant in Hanoi."""
    return at.astimezone(OFFICE_TIME).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of a local day and of the next one."""
    start = datetime.combine(day, time.min, tzinfo=OFFICE_TIME)
    return start, start + timedelta(days=1)
