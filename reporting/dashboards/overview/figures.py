"""What the official's page prints, as typed rows: from the roll-up and from what is open now. No HTML here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from dossiers.models import Dossier
from reporting.dashboards.overview.feedback import read_feedback
from reporting.definitions.on_time import Counts, Rate, total
from reporting.definitions.periods import Month, Span
from reporting.definitions.ranking import Ranking, RankingRow, ranking
from reporting.definitions.targets import FIELDS_SHOWN, OLDEST_SHOWN, ON_TIME_TARGET, OVERDUE_SHOWN
from reporting.models import Reconciliation
from reporting.rollup.cases import CaseCounts
from reporting.rollup.open_now import (
    OVERDUE,
    PAUSED,
    PAYMENT,
    SOON,
    SUPPLEMENT,
    TODAY,
    OpenNow,
    read_open,
)
from reporting.rollup.open_on_day import read_open_on_day
from reporting.rollup.reading import (
    FieldRow,
    Period,
    Totals,
    TrendPoint,
    read_fields,
    read_totals,
)
from reporting.rollup.reconciliation import last_reconciliation
from reporting.rollup.satisfaction import Satisfaction, total_satisfaction
from units.models import Unit


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How much of something one unit has."""

    unit: Unit
    count: int


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """Open dossiers whose clock is stopped, by what they wait for."""

    supplement: int
    payment: int
    paused: int

    @property
    def count(self) -> int:
        return self.supplement + self.payment + self.paused


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """Fields of administration, most resolved first; `others` is the sum of the `hidden` ones."""

    shown: Sequence[FieldRow]
    hidden: int
    others: Counts

    @property
    def most(self) -> int:
        """The longest bar."""
        return max(counts.resolved for counts in (self.others, *(row.counts for row in self.shown)))


@dataclass(frozen=True, slots=True)
class Overview:
    """One page for one scope of units and one span of days.

    `before` is the whole span before, `same_days_before` as many days of it as the current one has had.
    `overdue_units` are those with overdue dossiers, most first. `overdue_at_end` is how many were overdue when the
    span ended, or are now. `as_of`: the page as it was at the end of that day. `open_on`: what is open, as it was
    at the end of that day, the last one of a span that is over; None: now. What would be due soon then (`soon`,
    `due_today`) and the `oldest` are not shown for a past day. `satisfaction` is of whole months as they are now,
    and of nothing else, for a rating knows no day; units with too few are left out, so that nobody finds theirs by
    subtraction. `cases`: the plain cases of the inbox.
    """

    period: Period
    counts: Counts
    before: Counts
    same_days_before: Counts
    overdue: int
    overdue_at_end: int
    as_of: date | None
    open_on: date | None
    soon: int | None
    due_today: int | None
    soon_until: datetime
    waiting: WaitingCounts
    overdue_units: Sequence[UnitCount]
    oldest: Sequence[Dossier]
    trend: Sequence[TrendPoint]
    fields: FieldCounts
    ranking: Ranking
    satisfaction: Satisfaction | None
    cases: CaseCounts
    reconciliation: Reconciliation | None
    target: Decimal = ON_TIME_TARGET

    @property
    def rate_change(self) -> Decimal | None:
        """Percentage points against the span before."""
        return self.counts.rate.points_above(self.before.rate)

    @property
    def received_change(self) -> Decimal | None:
        """Growth against the comparable days of the span before, as a ratio (0.042: 4.2 % more)."""
        earlier = self.same_days_before.received
        return Decimal(self.counts.received - earlier) / earlier if earlier else None

    @property
    def rate_with_overdue(self) -> Rate:
        return self.counts.rate_with_overdue(self.overdue_at_end)

    @property
    def against_target(self) -> str:
        """ "above", "at" or "below" the target; "unknown" when nothing was resolved."""
        rate, target = self.counts.rate.exact, Fraction(self.target)
        if rate is None:
            return "unknown"
        return "at" if rate == target else "above" if rate > target else "below"

    @property
    def most_overdue(self) -> Sequence[UnitCount]:
        """The two units to be named."""
        return self.overdue_units[:2]

    @property
    def most_overdue_units(self) -> Sequence[UnitCount]:
        """Those listed; all others are one line."""
        return self.overdue_units[:OVERDUE_SHOWN]

    @property
    def overdue_in_others(self) -> int:
        return self.overdue - sum(holding.count for holding in self.most_overdue_units)

    @property
    def overdue_in_most(self) -> int:
        """How many overdue dossiers the units of `most_overdue` have together."""
        return sum(holding.count for holding in self.most_overdue)

    @property
    def rate_trend(self) -> list[Fraction | None]:
        return [point.counts.rate.exact for point in self.trend]

    @property
    def early_trend(self) -> list[Fraction | None]:
        return [point.counts.early_rate.exact for point in self.trend]

    @property
    def received_trend(self) -> list[Fraction | None]:
        return [Fraction(point.counts.received) for point in self.trend]


def overview(
    units: Sequence[Unit],
    span: Span | Month,
    *,
    at: datetime,
    soon_until: datetime,
    whole: bool,
    as_of: date | None = None,
) -> Overview:
    """The page of `units` for `span` as of `at`; `whole` lists every unit and field. Six queries, or seven.

    With `as_of`, a day before that of `at`: as it was at the end of that day, from what had happened by then.
    """
    period = Period.shown(span, as_of=as_of, at=at)
    keys = [unit.pk for unit in units]
    totals = read_totals(keys, period)
    open_on = period.open_on(as_of)
    open_now = read_open_on_day(keys, open_on) if open_on else read_open(keys, at, soon_until)
    at_end = open_now if period.is_current or open_on == period.until else read_open_on_day(keys, period.until)
    by_key = {unit.pk: unit for unit in units}
    feedback = read_feedback(keys, period, with_ratings=not as_of)
    return Overview(
        period=period,
        counts=totals.span(),
        before=totals.before(),
        same_days_before=totals.same_days_before(),
        overdue=open_now.of(OVERDUE),
        overdue_at_end=at_end.of(OVERDUE),
        as_of=as_of,
        open_on=open_on,
        soon=None if open_on else open_now.of(SOON),
        due_today=None if open_on else open_now.of(TODAY),
        soon_until=soon_until,
        waiting=WaitingCounts(open_now.of(SUPPLEMENT), open_now.of(PAYMENT), open_now.of(PAUSED)),
        overdue_units=[UnitCount(by_key[key], count) for key, count in open_now.most(OVERDUE)],
        oldest=[] if open_on else _oldest(keys, at),
        trend=[TrendPoint(each, totals.month(each)) for each in period.months],
        fields=_fields(read_fields(keys, period), whole=whole),
        ranking=ranking(_ranking_rows(units, totals, open_now, period, feedback.ratings or {}), whole=whole),
        satisfaction=_satisfaction(feedback.ratings),
        cases=feedback.cases,
        reconciliation=last_reconciliation(),
    )


def _satisfaction(ratings: Mapping[int, Satisfaction] | None) -> Satisfaction | None:
    return None if ratings is None else total_satisfaction(one for one in ratings.values() if one.may_be_published)


def _oldest(units: Sequence[int], at: datetime) -> list[Dossier]:
    overdue = Dossier.objects.filter(handler__in=units).overdue(at)
    return list(overdue.for_list().order_by("due_at", "pk")[:OLDEST_SHOWN])


def _fields(rows: Sequence[FieldRow], *, whole: bool) -> FieldCounts:
    shown = rows if whole or len(rows) <= FIELDS_SHOWN else rows[: FIELDS_SHOWN - 1]
    hidden = rows[len(shown) :]
    return FieldCounts(shown=shown, hidden=len(hidden), others=total(row.counts for row in hidden))


def _ranking_rows(
    units: Sequence[Unit], totals: Totals, open_now: OpenNow, period: Period, ratings: Mapping[int, Satisfaction]
) -> list[RankingRow]:
    rows = [_ranking_row(unit, totals, open_now, period, ratings.get(unit.pk)) for unit in units]
    return [row for row in rows if row.counts != Counts() or row.overdue or row.soon]


def _ranking_row(
    unit: Unit, totals: Totals, open_now: OpenNow, period: Period, ratings: Satisfaction | None
) -> RankingRow:
    counts = totals.span(unit.pk)
    return RankingRow(
        unit=unit,
        counts=counts,
        change=counts.rate.points_above(totals.before(unit.pk).rate),
        weeks=[totals.week(monday, unit.pk).rate.exact for monday in period.weeks],
        overdue=open_now.of(OVERDUE, unit.pk),
        soon=open_now.of(SOON, unit.pk),
        satisfied=ratings.rate if ratings and ratings.may_be_published else None,
    )
