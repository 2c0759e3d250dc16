"""Recounting the roll-ups from their sources; the statements that count are in `sql.py`.

A mark (`StaleDay`) commits together with the change that makes a day stale. A recount first deletes its marks, then
locks each (unit, day), then reads. Under READ COMMITTED every later statement sees all that is committed by then: a
change whose mark was deleted is counted, and one that commits later has its own mark.

What was open at the end of a day is counted once, when the day is over (`note_open`). It is counted again only when
the import of an old register changes the past (`recount_open`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max, Min

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, StaleDay, StaleOpen
from reporting.definitions.targets import ANSWER_DAYS
from reporting.models import OpenTally
from reporting.rollup import counting_sql
from units.calendar.lookup import working_calendar
from units.clock.days import local_day

_ALWAYS: Final = date(1970, 1, 1)
CLAIM: Final = 500  # marks per transaction

CONSTANTS: Final[dict[str, Any]] = {
    "zone": "Asia/Ho_Chi_Minh",
    "refused": Status.REFUSED.value,
    "withdrawn": [Outcome.WITHDRAWN.value, Outcome.STOPPED.value],
}


@transaction.atomic
def recount(unit_id: int, day: date) -> None:
    """Recount one unit's local day from its dossiers and legs. Idempotent, also when run twice at once."""
    _recount({(unit_id, day)})


@transaction.atomic
def recount_stale(limit: int = CLAIM) -> int:
    """Recount the days of up to `limit` marks and return how many marks there were; 0 when none is left.

    Marks, counts and locks share one transaction, so a crash loses no mark. Skips marks locked by another worker.
    """
    claimed = list(StaleDay.objects.select_for_update(skip_locked=True).order_by("pk")[:limit])
    if claimed:
        StaleDay.objects.filter(pk__in=[mark.pk for mark in claimed]).delete()
        _recount({(mark.unit_id, mark.day) for mark in claimed})
    return len(claimed)


@transaction.atomic
def recount_everything() -> None:
    """Recount every day of every unit in one pass over dossiers and legs, after the first load and for repairs.

    Recounts open dossiers for the days counted so far; `note_open` adds missing days.
    """
    values = parameters()
    with connection.cursor() as cursor:
        cursor.execute(counting_sql.LOCK_ALL)
        # A worker that holds a mark waits for the lock just taken: waiting for its mark would be a deadlock.
        free = StaleDay.objects.select_for_update(skip_locked=True).values_list("pk", flat=True)
        StaleDay.objects.filter(pk__in=list(free)).delete()
        _claim_open_marks()
        for roll_up in counting_sql.ROLL_UPS:
            cursor.execute(roll_up.delete_everything)
            cursor.execute(roll_up.insert_everywhere, values)


@transaction.atomic
def note_open(*, at: datetime) -> None:
    """Count what was open at the end of every day that is over and was not counted yet. Idempotent."""
    last = local_day(at) - timedelta(days=1)
    noted = _last_noted()
    if noted is not None and noted >= last:
        return
    values = parameters() | {"first": noted + timedelta(days=1) if noted else _ALWAYS, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(counting_sql.LOCK_ALL)
        if _last_noted() == noted:
            cursor.execute(counting_sql.OPEN.insert_everywhere, values)


@transaction.atomic
def recount_open() -> None:
    """Recount what was open at the end of every counted day since the earliest mark."""
    if not (marks := _claim_open_marks()):
        return
    values = parameters() | {"first": min(marks)}
    with connection.cursor() as cursor:
        cursor.execute(counting_sql.LOCK_ALL)
        OpenTally.objects.filter(day__gte=min(marks)).delete()
        cursor.execute(counting_sql.OPEN.insert_everywhere, values)


def _claim_open_marks() -> list[date]:
    """Deletes the marks that no other worker has locked and returns the first day of each."""
    marks = dict(StaleOpen.objects.select_for_update(skip_locked=True).values_list("pk", "since"))
    StaleOpen.objects.filter(pk__in=marks).delete()
    return list(marks.values())


def parameters() -> dict[str, Any]:
    """Parameters of every statement; open dossiers are counted for all days counted so far."""
    return CONSTANTS | _answer_terms() | {"first": _ALWAYS, "last": _last_noted()}


def _last_noted() -> date | None:
    last: date | None = OpenTally.objects.aggregate(last=Max("day"))["last"]
    return last


def _answer_terms() -> dict[str, Any]:
    """By day of filing, until when an online filing must be answered: closing time of the last working day of the
    term, by the tenant's present calendar. The day of filing does not count."""
    ends = Dossier.objects.aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    if ends["first"] is None:
        return {"filed_on": [], "answer_by": []}
    calendar, first = working_calendar(), local_day(ends["first"])
    days = [first + timedelta(days=n) for n in range((local_day(ends["last"]) - first).days + 1)]
    by = [calendar.closing(calendar.nth_working_day(day, ANSWER_DAYS)) for day in days]
    return {"filed_on": days, "answer_by": by}


def _recount(days: Iterable[tuple[int, date]]) -> None:
    units, dates = zip(*sorted(days), strict=True)
    values = CONSTANTS | _answer_terms() | {"units": list(units), "days": list(dates)}
    with connection.cursor() as cursor:
        cursor.execute(counting_sql.LOCK_MARKED_DAYS, values)
        for roll_up in counting_sql.FROM_MARKS:
            cursor.execute(roll_up.delete_marked_days, values)
            cursor.execute(roll_up.insert_marked_days, values)
