"""Two units, or two spans of one, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reporting.definitions.confidence_interval import Interval
from reporting.definitions.on_time import Counts, Rate, difference
from reporting.definitions.periods import Span
from reporting.rollup.reading import Period, read_sum


@dataclass(frozen=True, slots=True)
class Side:
    period: Period
    counts: Counts


@dataclass(frozen=True, slots=True)
class ComparedRates:
    """One rate on both sides. `points`: first minus second in percentage points, to one decimal; `interval`: the 95 %
    confidence interval of the difference of the shares. Both are None where a side has no dossiers."""

    first: Rate
    second: Rate

    @property
    def points(self) -> Decimal | None:
        return self.first.points_above(self.second)

    @property
    def interval(self) -> Interval | None:
        return difference(self.first, self.second)

    @property
    def may_be_chance(self) -> bool:
        """Whether the interval includes 0."""
        return bool(self.interval and self.interval.low <= 0 <= self.interval.high)


def read_side(units: Sequence[int], span: Span, at: datetime) -> Side:
    """What `units` did in `span` as of `at`: one query."""
    period = Period.at(span, at)
    return Side(period, read_sum(units, span.first, period.until))
