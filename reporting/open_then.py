"""What was open at the end of a past day: its numbers from the roll-up, the dossiers themselves from their events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from reporting.models import OpenTally
from reporting.open_now import OVERDUE, PAUSED, PAYMENT, SUPPLEMENT, OpenNow
from reporting.open_sql import OPEN_THEN

RUNNING = "running"
WAITING = frozenset({SUPPLEMENT, PAYMENT, PAUSED})


class OpenThen(NamedTuple):
    """An open dossier and the unit that handled it; `bucket` is what it waited for, or that its clock ran."""

    dossier_id: int
    unit_id: int
    bucket: str
    is_overdue: bool


def read_open_then(units: Sequence[int], day: date) -> OpenNow:
    """How many were overdue or waiting at each unit at the end of a local day that is over; two queries at most.

    Of a day that was not noted yet (`actions.note_open`) it is counted from the events.
    """
    columns = (OVERDUE, SUPPLEMENT, PAYMENT, PAUSED)
    rows = OpenTally.objects.filter(unit__in=units, day=day).values_list("unit", *columns)
    found = OpenNow({column: Counter() for column in columns})
    for unit, *counts in rows:
        for column, count in zip(columns, counts, strict=True):
            found.counts[column] += Counter({unit: count})
    if not any(found.counts.values()) and not OpenTally.objects.filter(day__gte=day).exists():
        _count(found, dossiers_open_then(units, day))
    return found


def dossiers_open_then(units: Sequence[int], day: date) -> list[OpenThen]:
    """Every dossier that was open at `units` at the end of a local day. One query, over those open at that time."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_THEN, {"zone": "Asia/Ho_Chi_Minh", "first": day, "last": day, "units": list(units)})
        return [OpenThen(*row) for row in cursor.fetchall()]


def _count(found: OpenNow, dossiers: Iterable[OpenThen]) -> None:
    for one in dossiers:
        if one.is_overdue or one.bucket in WAITING:
            found.counts[OVERDUE if one.is_overdue else one.bucket][one.unit_id] += 1
