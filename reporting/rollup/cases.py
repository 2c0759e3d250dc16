"""Figures of complaints and petitions: received, settled, in time; by unit, kind, channel and category.

Sealed cases are in no figure. A reader sees the figures of the units they lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from complaints.clock.overdue import overdue
from complaints.clock.states import SEALED_KINDS, Kind
from complaints.models import KIND_LABELS, Case, CaseRating, Category
from complaints.models.labels import Channel
from reporting.definitions.on_time import Rate, add_counts
from reporting.definitions.periods import Month, Span
from reporting.definitions.quantiles import MEDIAN, NINETIETH, quantile
from reporting.definitions.targets import PUBLISH_FROM
from reporting.models import CaseTally, CaseTime
from reporting.rollup.counting_sql import CASES_COUNTED
from reporting.rollup.reading import Period
from units.models import Unit

PLAIN_KINDS: Final = tuple(kind for kind in Kind if kind not in SEALED_KINDS)
PETITION_KINDS: Final = (Kind.PETITION, Kind.FIELD_REPORT)
"""What Decree 20/2008/NĐ-CP and the city's rules on reports from the street call "phản ánh, kiến nghị"."""

CONTENT_SCORES: Final = (CaseRating.Score.NEARLY, CaseRating.Score.ENTIRELY)


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The columns of `CaseTally`: `received` by day of receipt, all else by day of finishing."""

    received: int = 0
    on_time: int = 0
    late: int = 0
    not_accepted: int = 0
    transferred: int = 0
    withdrawn: int = 0
    reopened: int = 0
    over_minutes: int = 0

    def __add__(self, other: CaseCounts) -> CaseCounts:
        return add_counts(self, other)

    @property
    def settled(self) -> int:
        """Settled on their merits and answered."""
        return self.on_time + self.late

    @property
    def ended(self) -> int:
        return self.settled + self.not_accepted + self.transferred + self.withdrawn

    @property
    def rate(self) -> Rate:
        """In time ÷ settled."""
        return Rate(self.on_time, self.settled)

    @property
    def settled_share(self) -> Rate:
        """Settled ÷ received in the same period: above 1 where more was settled than came."""
        return Rate(self.settled, self.received)

    @property
    def reopened_share(self) -> Rate:
        """Of those settled, how many had been settled before."""
        return Rate(self.reopened, self.settled)


def total_cases(counts: Iterable[CaseCounts]) -> CaseCounts:
    return sum(counts, start=CaseCounts())


@dataclass(frozen=True, slots=True)
class CaseBreakdown:
    """Counts of one kind, unit, channel or category. `key`: its value in addresses; empty for cases without one."""

    key: str
    name: str
    counts: CaseCounts


@dataclass(frozen=True, slots=True)
class SettlementDays:
    """Working days that settled cases took."""

    counts: Counter[int]

    @property
    def n(self) -> int:
        return self.counts.total()

    @property
    def mean(self) -> float | None:
        return sum(days * n for days, n in self.counts.items()) / self.n if self.n else None

    @property
    def median(self) -> int | None:
        return quantile(self.counts, MEDIAN)

    @property
    def ninetieth(self) -> int | None:
        return quantile(self.counts, NINETIETH)


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Figures of some units in one span. `open` and `overdue` are as of now, and None for a span that is over: the
    state of cases on past days is not stored. `content`: reporters who rated their problem as (nearly) settled ÷
    all who answered; `days` covers whole months."""

    period: Period
    counts: CaseCounts
    open: int | None
    overdue: int | None
    content: Rate
    days: SettlementDays
    kinds: Sequence[CaseBreakdown]
    units: Sequence[CaseBreakdown]
    channels: Sequence[CaseBreakdown]
    categories: Sequence[CaseBreakdown]


def case_figures(units: Sequence[Unit], period: Period, *, at: datetime) -> CaseFigures:
    """Five queries, however many cases there are."""
    keys = [unit.pk for unit in units]
    rows = _details(keys, period)
    codes = {category.pk: category for category in Category.objects.all()}
    now = Case.objects.plain().filter(unit__in=keys).open()
    open_now = now.aggregate(n=Count("pk"), late=Count("pk", filter=overdue(at))) if period.is_current else {}
    by_unit, by_category = _by(rows, 0), _by(rows, 3)
    return CaseFigures(
        period=period,
        counts=total_cases(rows.values()),
        open=open_now.get("n"),
        overdue=open_now.get("late"),
        content=_content(keys, period.span),
        days=read_days(keys, period.span),
        kinds=_lines(_by(rows, 1), [(kind.value, str(KIND_LABELS[kind])) for kind in PLAIN_KINDS]),
        units=_lines(by_unit, [(unit.pk, unit.name) for unit in units], lambda key: _slug(units, key)),
        channels=_lines(_by(rows, 2), [(one.value, str(one.label)) for one in Channel]),
        categories=_most_first(
            CaseBreakdown(
                codes[key].code if key else "", str(codes[key]) if key else str(_("Chưa phân lĩnh vực")), counts
            )
            for key, counts in by_category.items()
        ),
    )


def read_months(units: Sequence[int], months: Sequence[Month]) -> dict[Month, CaseCounts]:
    """Of the units together, by month: one query."""
    rows = CaseTally.objects.totals().filter(unit__in=units).between(months[0].first, months[-1].last)
    sums = rows.annotate(month=TruncMonth("day")).values_list("month").annotate(*map(Sum, CASES_COUNTED))
    found = {Month.of(month): CaseCounts(*counts) for month, *counts in sums}
    return {month: found.get(month, CaseCounts()) for month in months}


def read_days(units: Sequence[int], span: Span) -> SettlementDays:
    """Of the months that have days in the span, as counted nightly: one query."""
    first, last = Month.of(span.first).first, Month.of(span.last).first
    rows = CaseTime.objects.filter(unit__in=units, month__gte=first, month__lte=last)
    return SettlementDays(Counter(dict(rows.values_list("days").annotate(Sum("cases")))))


def public_case_counts(months: Sequence[Month]) -> list[CaseBreakdown]:
    """Public counts of all units together, by kind. Omits kinds with fewer than `PUBLISH_FROM` settled cases and gives
    no total of them, so that they cannot be found by subtraction. One query."""
    rows = CaseTally.objects.details().between(months[0].first, months[-1].last)
    sums = rows.values_list("kind").annotate(*map(Sum, CASES_COUNTED))
    found = {kind: CaseCounts(*counts) for kind, *counts in sums}
    enough = {kind: counts for kind, counts in found.items() if counts.settled >= PUBLISH_FROM}
    return _lines(enough, [(kind.value, str(KIND_LABELS[kind])) for kind in PLAIN_KINDS])


CaseKey = tuple[int, str, str, int | None]
"""Unit, kind, channel, category."""


def _details(units: Sequence[int], period: Period) -> dict[CaseKey, CaseCounts]:
    rows = CaseTally.objects.details().filter(unit__in=units).between(period.span.first, period.until)
    sums = rows.values_list("unit", "kind", "channel", "category").annotate(*map(Sum, CASES_COUNTED))
    return {(unit, kind, channel, category): CaseCounts(*counts) for unit, kind, channel, category, *counts in sums}


def _by(rows: Mapping[CaseKey, CaseCounts], place: int) -> dict[Any, CaseCounts]:
    found: dict[Any, CaseCounts] = {}
    for key, counts in rows.items():
        found[key[place]] = found.get(key[place], CaseCounts()) + counts
    return found


def _lines(
    found: Mapping[Any, CaseCounts], names: Iterable[tuple[Any, str]], key_of: Callable[[Any], str] = str
) -> list[CaseBreakdown]:
    """In the order of `names`; omits what has no counts."""
    return [CaseBreakdown(key_of(key), name, found[key]) for key, name in names if key in found]


def _slug(units: Sequence[Unit], key: int) -> str:
    return next(unit.slug for unit in units if unit.pk == key)


def _most_first(lines: Iterable[CaseBreakdown]) -> list[CaseBreakdown]:
    return sorted(lines, key=lambda line: (-line.counts.received, -line.counts.ended, line.name))


def _content(units: Sequence[int], span: Span) -> Rate:
    first, last = Month.of(span.first).first, Month.of(span.last).first
    rated = CaseRating.objects.filter(unit__in=units, month__gte=first, month__lte=last)
    found = rated.aggregate(n=Count("pk"), good=Count("pk", filter=Q(score__in=CONTENT_SCORES)))
    return Rate(found["good"], found["n"])
