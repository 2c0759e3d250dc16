"""Compares the roll-ups with their sources every night; differences are recorded, reported and recounted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import connection, transaction

from dossiers.models import StaleDay
from reporting.models import Reconciliation
from reporting.rollup import counting_sql
from reporting.rollup.actions import parameters
from reporting.rollup.alarm import notify_administrators

logger = structlog.get_logger(__name__)


MOST_LISTED: Final = 100  # differences stored with a reconciliation


@transaction.atomic
def reconcile(*, at: datetime) -> Reconciliation:
    """Compare every tally with its source and record the result; recount and report what differs."""
    checked, differences = _compare()
    reconciliation = Reconciliation.objects.create(
        at=at,
        is_good=not differences,
        rows_checked=checked,
        rows_differing=len(differences),
        differences=differences[:MOST_LISTED],
    )
    if differences:
        _recount_differing(differences)
        notify_administrators(reconciliation)
        logger.error(
            "rollup_differs", rows=len(differences), of=checked, roll_ups=sorted({row["of"] for row in differences})
        )
    return reconciliation


def _recount_differing(differences: list[dict[str, Any]]) -> None:
    """Marks differing days as stale. Open dossiers of a day depend on all days before, so they are recounted whole."""
    days = {(row["unit"], row["day"]) for row in differences if row["of"] != counting_sql.OPEN.name}
    StaleDay.objects.bulk_create(StaleDay(unit_id=unit, day=day) for unit, day in sorted(days))
    if any(row["of"] == counting_sql.OPEN.name for row in differences):
        values = parameters()
        with connection.cursor() as cursor:
            cursor.execute(counting_sql.LOCK_ALL)
            cursor.execute(counting_sql.OPEN.delete_everything)
            cursor.execute(counting_sql.OPEN.insert_everywhere, values)


def _compare() -> tuple[int, list[dict[str, Any]]]:
    """How many rows of all roll-ups were compared, and those that differ."""
    checked, differences, values = 0, [], parameters()
    with connection.cursor() as cursor:
        for roll_up in counting_sql.ROLL_UPS:
            cursor.execute(roll_up.differences, values)
            rows = cursor.fetchall()
            checked += rows[0][0]
            differences += [_difference(roll_up, *row[1:]) for row in rows if row[1] is not None]
    return checked, differences


def _difference(
    roll_up: counting_sql.RollUp,
    unit: int,
    day: date,
    others: list[str | None],
    counted: list[int] | None,
    stored: list[int] | None,
) -> dict[str, Any]:
    keys = {key.removesuffix("_id"): other for key, other in zip(roll_up.keys, others, strict=True)}
    counts = {"counted": _named(roll_up, counted), "kept": _named(roll_up, stored)}
    return {"of": roll_up.name, "unit": unit, "day": day.isoformat()} | keys | counts


def _named(roll_up: counting_sql.RollUp, counts: list[int] | None) -> dict[str, int] | None:
    return None if counts is None else dict(zip(roll_up.columns, counts, strict=True))


def last_reconciliation() -> Reconciliation | None:
    return Reconciliation.objects.first()
