"""Keeping the roll-ups equal to their sources: recount what was marked, prove the rest.

A mark (`StaleDay`) commits together with the change it announces. A recount first takes its marks, then locks each
(unit, day), then reads: under READ COMMITTED every later statement sees all that is committed by then, so a change
whose mark was taken is counted, and one that commits later has left a mark of its own.

What was open at the end of a day is counted once, when the day is over (`note_open`); it needs a mark only where the
past itself became another: when an old register was carried over (`recount_open`).
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
from reporting.rollup import sql
from units.calendar.lookup import working_calendar
from units.clock.days import local_day

_ALWAYS: Final = date(1970, 1, 1)
CLAIM: Final = 500  # marks taken in one transaction

CONSTANTS: Final[dict[str, Any]] = {
    "zone": "Asia/Ho_Chi_Minh",
    "refused": Status.REFUSED.value,
    "withdrawn": [Outcome.WITHDRAWN.value, Outcome.STOPPED.value],
}


@transaction.atomic
def recount(unit_id: int, day: date) -> None:
    """Count one unit's local day anew from its dossiers and legs. Again, or twice at once, it changes nothing."""
    _recount({(unit_id, day)})


@transaction.atomic
def recount_stale(limit: int = CLAIM) -> int:
    """Take up to `limit` marks and recount their days; returns how many marks were taken, 0 when none is left.

    Marks, counts and locks share one transaction: after a crash the marks are still there. Marks that another
    worker has in hand are skipped.
    """
    claimed = list(StaleDay.objects.select_for_update(skip_locked=True).order_by("pk")[:limit])
    if claimed:
        StaleDay.objects.filter(pk__in=[mark.pk for mark in claimed]).delete()
        _recount({(mark.unit_id, mark.day) for mark in claimed})
    return len(claimed)


@transaction.atomic
def recount_everything() -> None:
    """Count every day of every unit anew, in one pass over dossiers and legs: for the first load and for repairs.

    What was open is counted anew for the days noted so far; `note_open` adds those that are missing.
    """
    values = parameters()
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK_ALL)
        # A mark another worker holds waits for the lock just taken; taking it from there would be a deadlock.
        free = StaleDay.objects.select_for_update(skip_locked=True).values_list("pk", flat=True)
        StaleDay.objects.filter(pk__in=list(free)).delete()
        _claim_open_marks()
        for roll_up in sql.ROLL_UPS:
            cursor.execute(roll_up.delete_everything)
            cursor.execute(roll_up.insert_everywhere, values)


@transaction.atomic
def note_open(*, at: datetime) -> None:
    """Count what was open at the end of every day that is over and was not counted yet; again, it changes nothing."""
    last = local_day(at) - timedelta(days=1)
    noted = _last_noted()
    if noted is not None and noted >= last:
        return
    values = parameters() | {"first": noted + timedelta(days=1) if noted else _ALWAYS, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK_ALL)
        if _last_noted() == noted:
            cursor.execute(sql.OPEN.insert_everywhere, values)


@transaction.atomic
def recount_open() -> None:
    """Count anew what was open at the end of every noted day since the earliest that was marked."""
    if not (marks := _claim_open_marks()):
        return
    values = parameters() | {"first": min(marks)}
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK_ALL)
        OpenTally.objects.filter(day__gte=min(marks)).delete()
        cursor.execute(sql.OPEN.insert_everywhere, values)


def _claim_open_marks() -> list[date]:
    """The first day of each mark that no other worker has in hand; the marks are gone with this transaction."""
    marks = dict(StaleOpen.objects.select_for_update(skip_locked=True).values_list("pk", "since"))
    StaleOpen.objects.filter(pk__in=marks).delete()
    return list(marks.values())


def parameters() -> dict[str, Any]:
    """Parameters of every statement; what was open is counted for all days noted so far."""
    return CONSTANTS | _answer_terms() | {"first": _ALWAYS, "last": _last_noted()}


def _last_noted() -> date | None:
    last: date | None = OpenTally.objects.aggregate(last=Max("day"))["last"]
    return last


def _answer_terms() -> dict[str, Any]:
    """Until when what was filed online on each day must be answered: closing time of the last working day of the
    term, by today's calendar of the tenant. The day of filing is not counted."""
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
        cursor.execute(sql.LOCK_MARKED_DAYS, values)
        for roll_up in sql.FROM_MARKS:
            cursor.execute(roll_up.delete_marked_days, values)
            cursor.execute(roll_up.insert_marked_days, values)
