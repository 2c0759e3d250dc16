"""Paginated lists whose length a roll-up has counted by day or month.

Counting the rows of a year, or skipping those of earlier pages with OFFSET, takes longer than the rest of the page.
Such a list takes its length from the figure that leads to it and reads only the days of the requested page. While a
change is not counted yet, figure and list both lag. The list never shows rows that its reader may not see.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import accumulate
from operator import add
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import F, Model, QuerySet, Sum, Value

from reporting.definitions.periods import Month
from units.clock.days import day_bounds

RowT = TypeVar("RowT", bound=Model)


class CountedDays(NamedTuple):
    """How many rows of a list fall on the local days from `first` to `last`."""

    first: date
    last: date
    rows: int


def counted_days(
    columns: Sequence[str], days: QuerySet[Any], months: QuerySet[Any] | None = None
) -> list[CountedDays]:
    """The sum of `columns` of tallies on each day and in each month that has any, the latest first: one query. No day
    may lie in one of the months."""
    asked = {"day": days} if months is None else {"day": days, "month": months}
    first, *others = (_sums(columns, on, tallies) for on, tallies in asked.items())
    found = first.union(*others, all=True)
    ranges = [CountedDays(on, Month.of(on).last if is_month else on, n) for on, is_month, n in found]
    return sorted(ranges, reverse=True)


def _sums(columns: Sequence[str], on: str, tallies: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    sums = {"n": Sum(reduce(add, map(F, columns))), "is_month": Value(on == "month")}
    found: QuerySet[Any, tuple[Any, ...]] = tallies.order_by().values(on).annotate(**sums).filter(n__gt=0)
    return found.values_list(on, "is_month", "n")


@dataclass(frozen=True, slots=True)
class CountedList(Generic[RowT]):
    """A sequence for Django's Paginator. `rows`: the latest first by the column `moment`; `within`: the latest
    first."""

    rows: QuerySet[RowT, Any]
    moment: str
    within: Sequence[CountedDays]

    def __len__(self) -> int:
        return sum(stretch.rows for stretch in self.within)

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.rows)

    def __getitem__(self, wanted: Any) -> Any:
        """The rows of a slice with both bounds, as a list."""
        ends = list(accumulate(stretch.rows for stretch in self.within))
        latest, earliest = bisect_right(ends, wanted.start), bisect_left(ends, wanted.stop)
        held = self.within[latest : earliest + 1]
        if not held:
            return []
        passed = ends[latest] - held[0].rows
        since, until = day_bounds(held[-1].first)[0], day_bounds(held[0].last)[1]
        rows = self.rows.filter(**{f"{self.moment}__gte": since, f"{self.moment}__lt": until})
        return list(rows[wanted.start - passed : wanted.stop - passed])
