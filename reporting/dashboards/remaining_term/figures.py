"""How much of the term was left when the result was there, month by month: is the margin growing or melting away?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from reporting.definitions.on_time import Rate
from reporting.definitions.periods import Month, months_until
from reporting.definitions.quantiles import MEDIAN, quantile
from reporting.definitions.targets import TREND_MONTHS
from reporting.models import TermLeft

TENTH: Final = Fraction(1, 10)
BANDS: Final = ((50, 100), (25, 49), (10, 24), (0, 9), (-100, -1))
"""Percent of the term left, first and last; the last band is what was late."""


@dataclass(frozen=True, slots=True)
class MonthLeft:
    """Resolved dossiers of one month by percent of the term left; below 0 is late."""

    month: Month
    counts: Counter[int]

    @property
    def dossiers(self) -> int:
        return self.counts.total()

    @property
    def median(self) -> int | None:
        """Percent: half of the dossiers had at most this much left."""
        return quantile(self.counts, MEDIAN)

    @property
    def tightest(self) -> int | None:
        """Percent: one of ten had at most this much left."""
        return quantile(self.counts, TENTH)

    @property
    def bands(self) -> list[Rate]:
        """The share of each of `BANDS`, in their order."""
        return [
            Rate(sum(n for percent, n in self.counts.items() if first <= percent <= last), self.dossiers)
            for first, last in BANDS
        ]


def months_left(units: Sequence[int], last: Month) -> list[MonthLeft]:
    """Twelve months of these units until `last`, in order; a month without any is empty. One query."""
    months = months_until(last, TREND_MONTHS)
    found: dict[date, Counter[int]] = defaultdict(Counter)
    rows = TermLeft.objects.filter(month__gte=months[0].first, month__lte=last.first, unit__in=units)
    for month, percent, n in rows.values_list("month", "percent", "dossiers"):
        found[month][percent] += n
    return [MonthLeft(month, found[month.first]) for month in months]
