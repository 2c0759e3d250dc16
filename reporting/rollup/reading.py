"""Reading the roll-up: sums by unit and span, month or week, and by field of administration.

Any span is read as its whole months and the remaining days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import DateField, Expression, F, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncMonth, TruncWeek

from reporting.definitions.on_time import Counts, total
from reporting.definitions.periods import Month, Span, months_until, weeks_until
from reporting.definitions.targets import SPARK_WEEKS, TREND_MONTHS
from reporting.models import DailyTally, DailyTallyQuerySet, MonthTally, MonthTallyQuerySet
from reporting.rollup.counting_sql import COUNTED, LEGS_COUNTED
from units.clock.days import day_bounds
from units.texts import wording

SPAN, BEFORE, MONTH, WEEK, SAME_DAYS = "span", "before", "month", "week", "same"

Tallies = DailyTallyQuerySet | MonthTallyQuerySet
Sums = QuerySet[Any, tuple[Any, ...]]

_ANY: Final = date(1970, 1, 1)  # the one bucket of rows that are summed whole
_ANY_DAY: Final = Cast(Value(_ANY), DateField())


@dataclass(frozen=True, slots=True)
class Period:
    """A span of local days as seen at a moment: the current span ends with the day of that moment."""

    span: Span
    until: date
    is_current: bool

    @classmethod
    def at(cls, span: Span | Month, at: datetime) -> Period:
        if isinstance(span, Month):
            span = Span.of_month(span)
        today = wording.day_of(at)
        return cls(span=span, until=min(span.last, today), is_current=span.first <= today <= span.last)

    @classmethod
    def shown(cls, span: Span | Month, *, as_of: date | None, at: datetime) -> Period:
        """As seen at the end of the past day `as_of`, or at `at` without one."""
        return cls.at(span, day_bounds(as_of)[1] - timedelta(microseconds=1) if as_of else at)

    def open_on(self, as_of: date | None) -> date | None:
        """The past day at whose end open dossiers are counted: `as_of`, or the last day of a span that is over; None:
        now. A page about the past shows no number of today."""
        return as_of or (None if self.is_current else self.until)

    @property
    def last_month(self) -> Month:
        return Month.of(self.until)

    @property
    def months(self) -> list[Month]:
        return months_until(self.last_month, TREND_MONTHS)

    @property
    def weeks(self) -> list[date]:
        return weeks_until(self.until, SPARK_WEEKS)

    @property
    def same_days_before(self) -> tuple[date, date]:
        """As many days of the previous span, so that half a month is not compared with a whole one."""
        before = self.span.before()
        if not self.is_current:
            return before.first, before.last
        return before.first, min(before.last, before.first + (self.until - self.span.first))


@dataclass(slots=True)
class Totals:
    """Counts per unit for every bucket the figures need; buckets without a tally are empty counts."""

    by_unit: dict[tuple[str, date], dict[int, Counts]] = field(default_factory=lambda: defaultdict(dict))

    def span(self, unit: int | None = None) -> Counts:
        """The span asked for."""
        return self._of((SPAN, _ANY), unit)

    def before(self, unit: int | None = None) -> Counts:
        """The whole span before it."""
        return self._of((BEFORE, _ANY), unit)

    def month(self, month: Month, unit: int | None = None) -> Counts:
        return self._of((MONTH, month.first), unit)

    def week(self, monday: date, unit: int | None = None) -> Counts:
        return self._of((WEEK, monday), unit)

    def same_days_before(self) -> Counts:
        return self._of((SAME_DAYS, _ANY), None)

    def units_in(self, month: Month) -> dict[int, Counts]:
        return self.by_unit.get((MONTH, month.first), {})

    def _of(self, bucket: tuple[str, date], unit: int | None) -> Counts:
        units = self.by_unit.get(bucket, {})
        return total(units.values()) if unit is None else units.get(unit, Counts())


def months_and_days(first: date, last: date) -> tuple[MonthTallyQuerySet, DailyTallyQuerySet]:
    """The tallies of the local days from `first` to `last`: whole months, and the remaining days."""
    return MonthTally.objects.within(first, last), DailyTally.objects.beside_months(first, last)


def read_totals(units: Sequence[int], period: Period) -> Totals:
    """The span, the one before, its comparable days, twelve months and eight weeks: one query, whatever the size."""
    weeks = DailyTally.objects.totals().between(period.weeks[0], period.until).filter(unit__in=units)
    whole, beside = (
        rows.totals().filter(unit__in=units) for rows in months_and_days(period.months[0].first, period.until)
    )
    before = period.span.before()
    return _totals_of(
        _summed(WEEK, weeks, TruncWeek("day")),
        _summed(MONTH, whole, F("month")),
        _summed(MONTH, beside, TruncMonth("day")),
        *_span_sums(SPAN, units, period.span.first, period.until),
        *_span_sums(BEFORE, units, before.first, before.last),
        *_span_sums(SAME_DAYS, units, *period.same_days_before),
    )


def read_sum(units: Sequence[int], first: date, last: date) -> Counts:
    """Everything the units did on the local days from `first` to `last`, together: one query."""
    return _totals_of(*_span_sums(SPAN, units, first, last)).span()


def leg_counts(sums: Iterable[int]) -> Counts:
    """Counts of legs from sums in the order of `LEGS_COUNTED`."""
    return Counts(**dict(zip(LEGS_COUNTED, sums, strict=True)))


def read_months(first: Month, last: Month) -> Totals:
    """Every unit's months from `first` to `last`: one query."""
    rows = MonthTally.objects.totals().within(first.first, last.last)
    return _totals_of(_summed(MONTH, rows, F("month")))


@dataclass(frozen=True, slots=True)
class FieldRow:
    slug: str
    name: str
    counts: Counts


def read_fields(units: Sequence[int], period: Period) -> list[FieldRow]:
    """Fields of administration with something resolved in the period, most first: one query."""
    found = summed_by(
        ("procedure__field__slug", "procedure__field__name"),
        *(rows.by_procedure().filter(unit__in=units) for rows in months_and_days(period.span.first, period.until)),
    )
    rows = [FieldRow(slug, name, counts) for (slug, name), counts in found.items()]
    return sorted((row for row in rows if row.counts.resolved), key=lambda row: (-row.counts.resolved, row.name))


def read_procedures(units: Sequence[int], period: Period, field: str = "") -> dict[int, Counts]:
    """Procedures with anything counted in the period, of one field of administration or of all: one query."""
    of_field = {"procedure__field__slug": field} if field else {}
    found = summed_by(
        ("procedure",),
        *(
            rows.by_procedure().filter(unit__in=units, **of_field)
            for rows in months_and_days(period.span.first, period.until)
        ),
    )
    return {key: counts for (key,), counts in found.items() if counts != Counts()}


def summed_by(keys: Sequence[str], *several: Tallies) -> dict[tuple[Any, ...], Counts]:
    """The sums of several tallies together, by columns of theirs: one query."""
    first, *others = (rows.values_list(*keys).annotate(*map(Sum, COUNTED)) for rows in several)
    found: dict[tuple[Any, ...], Counts] = defaultdict(Counts)
    for row in first.union(*others, all=True):
        found[row[: len(keys)]] += Counts(*row[len(keys) :])
    return found


def _span_sums(kind: str, units: Sequence[int], first: date, last: date) -> Iterator[Sums]:
    for rows in months_and_days(first, last):
        yield _summed(kind, rows.totals().filter(unit__in=units), _ANY_DAY)


def _summed(kind: str, rows: Tallies, bucket: Expression | F) -> Sums:
    """`kind`, `bucket`, unit, and the sums."""
    sums = {f"sum_{column}": Sum(column) for column in COUNTED}
    grouped = rows.annotate(bucket=bucket).values("bucket", "unit_id").annotate(kind=Value(kind), **sums)
    return grouped.values_list("kind", "bucket", "unit_id", *sums)


def _totals_of(first: Sums, *others: Sums) -> Totals:
    totals = Totals()
    for kind, bucket, unit, *counts in first.union(*others, all=True):
        units = totals.by_unit[kind, bucket]
        units[unit] = units.get(unit, Counts()) + Counts(*counts)
    return totals


@dataclass(frozen=True, slots=True)
class TrendPoint:
    month: Month
    counts: Counts
