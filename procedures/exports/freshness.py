"""When the catalogue and the calendar last changed: dates of answers, for conditional requests. One query each."""

from datetime import datetime, time
from typing import Final

from django.db import connection

from units.clock.working_calendar import OFFICE_TIME
from units.texts.wording import day_of

_CATALOGUE: Final = "SELECT changed_at FROM procedures_catalogueversion"
_CALENDAR: Final = "SELECT at FROM units_calendaredition e JOIN units_calendarversion v USING (number) WHERE v.id = 1"


def last_modified(at: datetime) -> datetime:
    """The last change of the catalogue, or the start of the day of `at` in Hanoi: versions and offerings come into
    force by the day."""
    return max([_day_start(at), *_moments(_CATALOGUE)])


def units_modified(at: datetime) -> datetime:
    """The same for offices, which are part of the catalogue; their opening hours are part of the calendar."""
    return max([_day_start(at), *_moments(f"{_CATALOGUE} UNION ALL {_CALENDAR}")])


def calendar_modified(at: datetime) -> datetime:
    """The last change of the calendar; `at` before the first."""
    return max(_moments(_CALENDAR), default=at)


def _day_start(at: datetime) -> datetime:
    return datetime.combine(day_of(at), time(), OFFICE_TIME)


def _moments(query: str) -> list[datetime]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [moment for (moment,) in cursor.fetchall()]
