"""The duty to publish a decision within five working days of its signature (Decree 63/2010/ND-CP, article 24.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from units.clock.working_calendar import WorkingCalendar

WORKING_DAYS: Final = 5
FIRST: Final = date(1950, 1, 1)
LAST: Final = date(2150, 12, 31)


def public_by(signed_on: date, calendar: WorkingCalendar) -> date:
    """The last day on time. Days outside the calendar, such as the year 1 or 9999 after a typing error, count as the
    nearest day inside."""
    return calendar.nth_working_day(min(max(signed_on, FIRST), LAST), WORKING_DAYS)


def last_overdue(today: date, calendar: WorkingCalendar) -> date:
    """The latest day of signing whose time is over: what was signed by then and is not public is late."""
    day = today - timedelta(days=WORKING_DAYS)
    while public_by(day, calendar) >= today:
        day -= timedelta(days=1)
    return day
