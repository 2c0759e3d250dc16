"""Keeping the roll-up equal to its source: recount what was marked, prove the rest.

A mark (`StaleDay`) commits together with the change it announces. A recount first takes its marks, then locks each
(unit, day), then reads: under READ COMMITTED every later statement sees all that is committed by then, so a change
whose mark was taken is counted, and one that commits later has left a mark of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import connection, transaction

from dossiers.models import StaleDay
from dossiers.states import Outcome, Status
from reporting import rollup_sql
from reporting.models import Proof

logger = structlog.get_logger(__name__)

CLAIM: Final = 500  # marks taken in one transaction
LISTED: Final = 100  # differences kept with a proof

RULES: Final[dict[str, Any]] = {
    "zone": "Asia/Ho_Chi_Minh",
    "refused": Status.REFUSED.value,
    "withdrawn": [Outcome.WITHDRAWN.value, Outcome.STOPPED.value],
}


@transaction.atomic
def recount(unit_id: int, day: date) -> None:
    """Count one unit's local day anew from the dossiers. Running it again, or twice at once, changes nothing."""
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
    """Count every day of every unit anew, in one pass over the dossiers: for the first load and for repairs."""
    with connection.cursor() as cursor:
        cursor.execute(rollup_sql.LOCK_EVERYTHING)
        # A mark another worker holds waits for the lock just taken; taking it from there would be a deadlock.
        free = StaleDay.objects.select_for_update(skip_locked=True).values_list("pk", flat=True)
        StaleDay.objects.filter(pk__in=list(free)).delete()
        cursor.execute(rollup_sql.DELETE_EVERYTHING)
        cursor.execute(rollup_sql.INSERT_EVERYWHERE, RULES)


@transaction.atomic
def prove(*, at: datetime) -> Proof:
    """Compare every tally with the dossiers and record the result; what differs is marked, so that it heals."""
    checked, differences = _compare()
    proof = Proof.objects.create(
        at=at,
        is_good=not differences,
        rows_checked=checked,
        rows_differing=len(differences),
        differences=differences[:LISTED],
    )
    if differences:
        days = {(row["unit"], row["day"]) for row in differences}
        StaleDay.objects.bulk_create(StaleDay(unit_id=unit, day=day) for unit, day in sorted(days))
        logger.error("rollup_differs", rows=len(differences), of=checked, days=len(days))
    return proof


def _recount(days: Iterable[tuple[int, date]]) -> None:
    units, dates = zip(*sorted(days), strict=True)
    values = RULES | {"units": list(units), "days": list(dates)}
    with connection.cursor() as cursor:
        cursor.execute(rollup_sql.LOCK_MARKED_DAYS, values)
        cursor.execute(rollup_sql.DELETE_MARKED_DAYS, values)
        cursor.execute(rollup_sql.INSERT_MARKED_DAYS, values)


def _compare() -> tuple[int, list[dict[str, Any]]]:
    """How many rows were compared, and those that differ."""
    with connection.cursor() as cursor:
        cursor.execute(rollup_sql.DIFFERENCES, RULES)
        rows = cursor.fetchall()
    return rows[0][0], [_difference(*row[1:]) for row in rows if row[1] is not None]


def _difference(
    unit: int, procedure: int | None, day: date, counted: list[int] | None, kept: list[int] | None
) -> dict[str, Any]:
    return {
        "unit": unit,
        "procedure": procedure,
        "day": day.isoformat(),
        "counted": _named(counted),
        "kept": _named(kept),
    }


def _named(counts: list[int] | None) -> dict[str, int] | None:
    return None if counts is None else dict(zip(rollup_sql.COUNTED, counts, strict=True))
