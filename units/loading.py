"""The offices and the calendar a release comes with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from units.database.change_time import set_change_time
from units.models import (
    CalendarDay,
    CalendarYear,
    CodeTemplate,
    OpeningHours,
    Unit,
    UnitIdentifier,
    UnitKind,
)


@transaction.atomic
def load_units(*, units: Mapping[str, Any], calendar: Mapping[str, Any], at: datetime) -> Counter[str]:
    """Add the units and calendar rows that are missing; returns how many of each were added.

    The shapes are those of `units/data/units.json` and `calendar.json`. A row that exists is never changed, and the
    days of a year that is known already are not touched, so administrators' edits survive every later load.
    """
    set_change_time(at)
    added: Counter[str] = Counter()
    kinds = _load_kinds(units["kinds"], added)
    by_slug = {unit.slug: unit for unit in Unit.objects.all()}
    valid_from = date.fromisoformat(units["valid_from"])
    for order, row in enumerate(units["units"], 1):
        if row["slug"] not in by_slug:
            parent = by_slug[row["parent"]] if row["parent"] else None
            by_slug[row["slug"]] = _add_unit(row, kinds[row["kind"]], parent, order, valid_from)
            _add_details(by_slug[row["slug"]], row, valid_from)
            added["units"] += 1
    if not OpeningHours.objects.filter(unit=None).exists():
        added["hours"] += _add_hours(None, units["hours"])
    _load_calendar(calendar, added)
    return added


def _load_kinds(rows: list[dict[str, Any]], added: Counter[str]) -> dict[str, UnitKind]:
    kinds = {}
    for row in rows:
        kinds[row["code"]], is_new = UnitKind.objects.get_or_create(code=row["code"], defaults=row)
        added["kinds"] += is_new
    return kinds


def _add_unit(row: dict[str, Any], kind: UnitKind, parent: Unit | None, order: int, valid_from: date) -> Unit:
    own = {key: row[key] for key in ("slug", "name", "short_name")}
    extra = {key: row[key] for key in ("address", "telephone", "hours_text", "is_tenant") if key in row}
    return Unit.objects.create(kind=kind, parent=parent, order=order, valid_from=valid_from, **own, **extra)


def _add_details(unit: Unit, row: dict[str, Any], valid_from: date) -> None:
    UnitIdentifier.objects.bulk_create(
        UnitIdentifier(unit=unit, scheme=scheme, value=value, valid_from=valid_from)
        for scheme, value in row.get("identifiers", {}).items()
    )
    if prefix := row.get("code_prefix"):
        CodeTemplate.objects.create(unit=unit, prefix=prefix, valid_from=valid_from)
    _add_hours(unit, row.get("hours", []))


def _add_hours(unit: Unit | None, rows: list[tuple[int, str, str, bool]]) -> int:
    """Rows are (weekday, opens, closes, counts)."""
    stretches = [
        OpeningHours(
            unit=unit,
            weekday=weekday,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
            counts=counts,
        )
        for weekday, opens, closes, counts in rows
    ]
    return len(OpeningHours.objects.bulk_create(stretches))


def _load_calendar(data: Mapping[str, Any], added: Counter[str]) -> None:
    known = set(CalendarYear.objects.values_list("year", flat=True))
    taken = set(CalendarDay.objects.values_list("day", flat=True))
    years = [CalendarYear(**row) for row in data["years"] if row["year"] not in known]
    days = [
        CalendarDay(**{**row, "day": day})
        for row in data["days"]
        if (day := date.fromisoformat(row["day"])).year not in known and day not in taken
    ]
    added["years"] += len(CalendarYear.objects.bulk_create(years))
    added["days"] += len(CalendarDay.objects.bulk_create(days))
