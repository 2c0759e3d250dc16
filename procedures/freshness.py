"""How new what the catalogue prints is: for caches, ours and those of readers."""

from __future__ import annotations

from datetime import datetime, time
from typing import NamedTuple

from django.db import connection

from procedures.models import CatalogueVersion
from units.wording import day_of
from units.working_calendar import OFFICE_TIME


class State(NamedTuple):
    """What a public page of the catalogue is made of: no two contents of either have the same number. A page also
    prints when a result would be there, so it is another one every minute."""

    catalogue: int
    calendar: int
    minute: datetime


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
    begun = datetime.combine(day_of(at), time(), OFFICE_TIME)
    changed = CatalogueVersion.objects.values_list("changed_at", flat=True).first()
    return max(begun, changed) if changed else begun
