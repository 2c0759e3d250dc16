"""What was open at the end of a past day: numbers from the roll-up, the dossiers from their events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from reporting.models import OpenTally
from reporting.rollup.open_now import OVERDUE, PAUSED, PAYMENT, SUPPLEMENT, OpenNow
from reporting.rollup.open_on_day_sql import OVERDUE_ON_DAY, WAITING_ON_DAY


class OpenOnDay(NamedTuple):
    """An open dossier, the unit that handled it, and the column of `OpenTally` that counts it."""

    dossier_id: int
    unit_id: int
    bucket: str


def read_open_on_day(units: Sequence[int], day: date) -> OpenNow:
    """How many were overdue or waiting at each unit at the end of a local day that is over; four queries at most.

    Counts from the events while the roll-up has no such day yet (`actions.note_open`).
    """
    columns = (OVERDUE, SUPPLEMENT, PAYMENT, PAUSED)
    rows = OpenTally.objects.filter(unit__in=units, day=day).values_list("unit", *columns)
    found = OpenNow({column: Counter() for column in columns})
    for unit, *counts in rows:
        for column, count in zip(columns, counts, strict=True):
            found.counts[column] += Counter({unit: count})
    if not any(found.counts.values()) and not OpenTally.objects.filter(day__gte=day).exists():
        for one in (*overdue_on_day(units, day), *waiting_on_day(units, day)):
            found.counts[one.bucket][one.unit_id] += 1
    return found


def overdue_on_day(units: Sequence[int], day: date) -> list[OpenOnDay]:
    """Every dossier that was overdue at `units` at the end of a local day. One query, over those open at that time."""
    return _open_on_day(OVERDUE_ON_DAY, units, day)


def waiting_on_day(units: Sequence[int], day: date) -> list[OpenOnDay]:
    """The same of those that waited for their applicant, for payment or by order."""
    return _open_on_day(WAITING_ON_DAY, units, day)


def _open_on_day(statement: str, units: Sequence[int], day: date) -> list[OpenOnDay]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"zone": "Asia/Ho_Chi_Minh", "first": day, "last": day, "units": list(units)})
        return [OpenOnDay(*row) for row in cursor.fetchall()]
