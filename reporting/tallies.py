"""Reading the roll-up: sums by unit and month, by unit and week, and by field of administration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, Expression, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncMonth, TruncWeek

from reporting.models import DailyTally, DailyTallyQuerySet
from reporting.on_time import Counts, total
from reporting.periods import Month, months_until, weeks_until
from reporting.rollup_sql import COUNTED
from reporting.targets import SPARK_WEEKS, TREND_MONTHS
from units import wording

MONTH, WEEK, SAME_DAYS = "month", "week", "same"

Rows = QuerySet[DailyTally, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Period:
    """A local month as seen at an instant: the current month ends with the day of that instant."""

    month: Month
    until: date
    is_current: bool

    @classmethod
    def seen(cls, month: Month, at: datetime) -> Period:
        today = wording.day_of(at)
        return cls(month=month, until=min(month.last, today), is_current=month == Month.of(today))

    @property
    def months(self) -> list[Month]:
        return months_until(self.month, TREND_MONTHS)

    @property
    def weeks(self) -> list[date]:
        return weeks_until(self.until, SPARK_WEEKS)

    @property
    def same_days_before(self) -> tuple[date, date]:
        """As many days of the month before, so that half a month is not compared with a whole one."""
        before = self.month.plus(-1)
        length = self.until - self.month.first if self.is_current else timedelta(days=31)
        return before.first, min(before.last, before.first + length)


@dataclass(slots=True)
class Totals:
    """Counts per unit for every bucket the figures need; buckets without a tally are empty counts."""

    by_unit: dict[tuple[str, date], dict[int, Counts]] = field(default_factory=lambda: defaultdict(dict))

    def month(self, month: Month, unit: int | None = None) -> Counts:
        return self._of((MONTH, month.first), unit)

    def week(self, monday: date, unit: int | None = None) -> Counts:
        return self._of((WEEK, monday), unit)

    def same_days_before(self, period: Period) -> Counts:
        return self._of((SAME_DAYS, period.same_days_before[0]), None)

    def units_in(self, month: Month) -> dict[int, Counts]:
        return self.by_unit.get((MONTH, month.first), {})

    def _of(self, bucket: tuple[str, date], unit: int | None) -> Counts:
        units = self.by_unit.get(bucket, {})
        return total(units.values()) if unit is None else units.get(unit, Counts())


def read_totals(units: Sequence[int], period: Period) -> Totals:
    """Twelve months, eight weeks and the comparable days of the month before: one query, whatever the size."""
    rows = DailyTally.objects.totals().filter(unit__in=units)
    same_first, same_last = period.same_days_before
    months = _summed(MONTH, rows.between(period.months[0].first, period.until), TruncMonth("day"))
    weeks = _summed(WEEK, rows.between(period.weeks[0], period.until), TruncWeek("day"))
    same = _summed(SAME_DAYS, rows.between(same_first, same_last), Cast(Value(same_first), DateField()))
    return _gathered(months.union(weeks, same, all=True))


def read_months(first: Month, last: Month) -> Totals:
    """Every unit's months from `first` to `last`: one query."""
    rows = DailyTally.objects.totals().between(first.first, last.last)
    return _gathered(_summed(MONTH, rows, TruncMonth("day")))


@dataclass(frozen=True, slots=True)
class FieldRow:
    slug: str
    name: str
    counts: Counts


def read_fields(units: Sequence[int], period: Period) -> list[FieldRow]:
    """Fields of administration with something resolved in the period, most first: one query."""
    rows = (
        DailyTally.objects.by_procedure()
        .filter(unit__in=units)
        .between(period.month.first, period.until)
        .values_list("procedure__field__slug", "procedure__field__name")
        .annotate(*(Sum(column) for column in COUNTED))
    )
    found = [FieldRow(slug, name, Counts(*counts)) for slug, name, *counts in rows]
    return sorted((row for row in found if row.counts.resolved), key=lambda row: (-row.counts.resolved, row.name))


def _summed(sort: str, rows: DailyTallyQuerySet, bucket: Expression) -> Rows:
    """`sort`, `bucket`, unit, and the six sums."""
    sums = {f"sum_{column}": Sum(column) for column in COUNTED}
    grouped = rows.annotate(bucket=bucket).values("bucket", "unit_id").annotate(sort=Value(sort), **sums)
    return grouped.values_list("sort", "bucket", "unit_id", *sums)


def _gathered(rows: Rows) -> Totals:
    totals = Totals()
    for sort, bucket, unit, *counts in rows:
        totals.by_unit[sort, bucket][unit] = Counts(*counts)
    return totals
