"""How new what the catalogue prints is: for caches, ours and those of readers."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final, NamedTuple

from django.db import connection

from units.clock.working_calendar import OFFICE_TIME
from units.texts.wording import day_of

_CALENDAR: Final = (
    "SELECT at FROM units_calendaredition JOIN units_calendarversion USING (number) WHERE units_calendarversion.id = 1"
)


class State(NamedTuple):
    """What a public page of the catalogue is made of: no two contents of either have the same number. A page also
    prints when a result would be there, so it is another one every minute."""

    catalogue: int
    calendar: int
    minute: datetime

    @property
    def hour(self) -> State:
        """The same within an hour: how long a drawing of a page may stand, which prints what is counted at night."""
        return self._replace(minute=self.minute.replace(minute=0))


def page_state(at: datetime) -> State:
    """One query, which every reader of a public page costs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT number FROM procedures_catalogueversion), (SELECT number FROM units_calendarversion)"
        )
        catalogue, calendar = cursor.fetchone() or (0, 0)
    return State(catalogue or 0, calendar or 0, at.replace(second=0, microsecond=0))


def last_modified(at: datetime) -> datetime:
    """When what the catalogue says last became what it is on the day of `at`: by a change, or because a day began on
    which other versions and offerings are in force. One query."""
    return _newest(at, "SELECT changed_at FROM procedures_catalogueversion")


def units_modified(at: datetime) -> datetime:
    """The same of offices: what the catalogue prints of them, and their hours. One query."""
    return _newest(at, "SELECT changed_at FROM procedures_catalogueversion", _CALENDAR)


def calendar_modified(at: datetime) -> datetime:
    """When the calendar last changed, `at` where it has no row yet; no day that begins changes it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CALENDAR)
        changed: datetime = (cursor.fetchone() or (at,))[0]
    return changed


def _newest(at: datetime, *questions: str) -> datetime:
    begun = datetime.combine(day_of(at), time(), OFFICE_TIME)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        changed: list[datetime] = [moment for (moment,) in cursor.fetchall()]
    return max([begun, *changed])
