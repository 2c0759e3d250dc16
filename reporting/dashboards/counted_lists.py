"""Long lists of which a roll-up says how many rows each day has, or each month.

To count the rows of a year again takes longer than all else on the page, and so does passing over those of the pages
before. Such a list has as many rows as the figure that leads to it, and reads only the days that hold the page asked
for. Until a change is counted, both are as before it; what its reader may not see is in no list, whatever was counted.
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

RowT = TypeVar("Row", bound=Model)


class CountedDays(NamedTuple):
    """Local days from `first` to `last`, and how many rows of a list fall on them."""

    first: date
    last: date
    rows: int


def counted_days(
    columns: Sequence[str], days: QuerySet[Any], months: QuerySet[Any] | None = None
) -> list[CountedDays]:
    """What `columns` of tallies come to together, on each of the days and in each of the months that has any, the
    latest first: one query. No day may be of one of the months."""
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
    """What a paginator asks of a list. `rows`: the latest first by the column `moment`; `within`: the latest first."""

    rows: QuerySet[RowT, Any]
    moment: str
    within: Sequence[CountedDays]

    def __len__(self) -> int:
        return sum(stretch.rows for stretch in self.within)

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.rows)

    def __getitem__(self, wanted: Any) -> Any:
        """A list of the rows of a slice from one number to another."""
        ends = list(accumulate(stretch.rows for stretch in self.within))
        latest, earliest = bisect_right(ends, wanted.start), bisect_left(ends, wanted.stop)
        held = self.within[latest : earliest + 1]
        if not held:
            return []
        passed = ends[latest] - held[0].rows
        since, until = day_bounds(held[-1].first)[0], day_bounds(held[0].last)[1]
        rows = self.rows.filter(**{f"{self.moment}__gte": since, f"{self.moment}__lt": until})
        return list(rows[wanted.start - passed : wanted.stop - passed])
