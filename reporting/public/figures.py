"""The public figures: on-time rates by number of dossiers; no person and no small number.

The range (interval) beside a rate: `reporting/definitions/confidence_interval.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dossiers.models import Dossier
from reporting.definitions.on_time import Counts, Rate, total
from reporting.definitions.periods import Month, months_until
from reporting.definitions.ranking import RankingRow, with_ranks
from reporting.definitions.targets import PUBLISH_FROM, TREND_MONTHS
from reporting.definitions.withholding import publishable
from reporting.models import Reconciliation
from reporting.rollup.reading import Totals, TrendPoint, read_months
from reporting.rollup.reconciliation import last_reconciliation
from reporting.rollup.satisfaction import Satisfaction, by_handler, total_satisfaction
from units.models import Unit
from units.texts import wording


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """The current month until `until` in `counts`, the last twelve months in `year`, `trend` and `units`.

    `units`: first the ranked ones, then those with too few dossiers to rank. `withheld`: how many units are not named
    (`reporting.definitions.withholding`); `others`: their counts together, empty where even these are too few.
    """

    month: Month
    until: date
    counts: Counts
    overdue: int
    first: Month
    year: Counts
    trend: Sequence[TrendPoint]
    units: Sequence[RankingRow]
    withheld: int
    others: Counts
    satisfaction: Satisfaction
    reconciliation: Reconciliation | None

    @property
    def rate_with_overdue(self) -> Rate:
        return self.counts.rate_with_overdue(self.overdue)


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Two rates for the front page with their denominators, of the last month that has results."""

    month: Month
    counts: Counts
    updated_at: datetime

    @property
    def rate(self) -> Rate:
        return self.counts.rate

    @property
    def early(self) -> Rate:
        return self.counts.early_rate


def public_figures(*, at: datetime) -> PublicFigures:
    """The public page as of `at`. Five queries."""
    month = Month.of(at)
    months = months_until(month, TREND_MONTHS)
    totals = read_months(months[0], month)
    trend = [TrendPoint(each, totals.month(each)) for each in months]
    named, withheld = publishable(_rows(totals, months))
    rest = total(row.counts for row in withheld)
    return PublicFigures(
        month=month,
        until=wording.day_of(at),
        counts=totals.month(month),
        overdue=Dossier.objects.overdue(at).count(),
        first=months[0],
        year=total(point.counts for point in trend),
        trend=trend,
        units=_ranked_first(named),
        withheld=len(withheld),
        others=rest if rest.resolved >= PUBLISH_FROM else Counts(),
        satisfaction=total_satisfaction(by_handler(months[0], month).values()),
        reconciliation=last_reconciliation(),
    )


def published_counts(months: Sequence[Month]) -> dict[int, Counts]:
    """The counts of the named units by id, which may also be added up in public. Two queries."""
    named, _withheld = publishable(_rows(read_months(months[0], months[-1]), months))
    return {row.unit.pk: row.counts for row in named}


def home_figures(*, at: datetime) -> HomeFigures | None:
    """This month's figures, or last month's on a day before anything was finished; None without either. One query."""
    month = Month.of(at)
    totals = read_months(month.plus(-1), month)
    for each in (month, month.plus(-1)):
        counts = totals.month(each)
        if counts.resolved:
            return HomeFigures(month=each, counts=counts, updated_at=at)
    return None


def _rows(totals: Totals, months: Sequence[Month]) -> list[RankingRow]:
    units = Unit.objects.filter(pk__in={key for month in months for key in totals.units_in(month)})
    return [RankingRow(unit, total(totals.month(month, unit.pk) for month in months)) for unit in units]


def _ranked_first(rows: Iterable[RankingRow]) -> list[RankingRow]:
    rows = list(rows)
    placed = with_ranks(rows)
    ranks = {row.unit.pk for row in placed}
    few = sorted((row for row in rows if row.unit.pk not in ranks), key=lambda row: (row.unit.order, row.unit.name))
    return placed + few
