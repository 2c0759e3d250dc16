"""How soon a decision has to be public: five working days after it was signed (Decree 63/2010/ND-CP, article 24.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from units.working_calendar import WorkingCalendar

WORKING_DAYS: Final = 5


def public_by(signed_on: date, calendar: WorkingCalendar) -> date:
    """The last day on time."""
    return calendar.nth_working_day(signed_on, WORKING_DAYS)


def last_overdue(today: date, calendar: WorkingCalendar) -> date:
    """The latest day of signing whose time is over: what was signed then or before and is not public is late."""
    day = today - timedelta(days=WORKING_DAYS)
    while public_by(day, calendar) >= today:
        day -= timedelta(days=1)
    return day
