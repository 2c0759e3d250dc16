"""Keeping the roll-ups equal to their sources: recount what was marked, prove the rest.

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
    """Count every day of every unit anew, in one pass over dossiers and legs: for the first load and for repairs."""
    with connection.cursor() as cursor:
        cursor.execute(rollup_sql.LOCK_EVERYTHING)
        # A mark another worker holds waits for the lock just taken; taking it from there would be a deadlock.
        free = StaleDay.objects.select_for_update(skip_locked=True).values_list("pk", flat=True)
        StaleDay.objects.filter(pk__in=list(free)).delete()
        for roll_up in rollup_sql.ROLL_UPS:
            cursor.execute(roll_up.delete_everything)
            cursor.execute(roll_up.insert_everywhere, RULES)


@transaction.atomic
def prove(*, at: datetime) -> Proof:
    """Compare every tally with dossiers and legs and record the result; what differs is marked, so that it heals."""
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
        for roll_up in rollup_sql.ROLL_UPS:
            cursor.execute(roll_up.delete_marked_days, values)
            cursor.execute(roll_up.insert_marked_days, values)


def _compare() -> tuple[int, list[dict[str, Any]]]:
    """How many rows of all roll-ups were compared, and those that differ."""
    checked, differences = 0, []
    with connection.cursor() as cursor:
        for roll_up in rollup_sql.ROLL_UPS:
            cursor.execute(roll_up.differences, RULES)
            rows = cursor.fetchall()
            checked += rows[0][0]
            differences += [_difference(roll_up, *row[1:]) for row in rows if row[1] is not None]
    return checked, differences


def _difference(
    roll_up: rollup_sql.RollUp,
    unit: int,
    procedure: int | None,
    day: date,
    counted: list[int] | None,
    kept: list[int] | None,
) -> dict[str, Any]:
    return {
        "of": roll_up.of,
        "unit": unit,
        "procedure": procedure,
        "day": day.isoformat(),
        "counted": _named(roll_up, counted),
        "kept": _named(roll_up, kept),
    }


def _named(roll_up: rollup_sql.RollUp, counts: list[int] | None) -> dict[str, int] | None:
    return None if counts is None else dict(zip(roll_up.columns, counts, strict=True))
