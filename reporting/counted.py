"""Long lists of which a roll-up says how many rows each day has.

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
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet, Sum

from dossiers.models import day_bounds

Row = TypeVar("Row", bound=Model)


def by_day(tallies: QuerySet[Any, Any], columns: Sequence[str]) -> list[tuple[date, int]]:
    """What `columns` of tallies come to together on each local day that has any, the latest first: one query."""
    sums = tallies.values("day").annotate(n=Sum(reduce(add, map(F, columns)))).filter(n__gt=0)
    return list(sums.order_by("-day").values_list("day", "n"))


@dataclass(frozen=True, slots=True)
class Counted(Generic[Row]):
    """What a paginator asks of a list. `rows`: the latest first by the column `moment`; `days`: the local days that
    have any, and how many, the latest first."""

    rows: QuerySet[Row, Any]
    moment: str
    days: Sequence[tuple[date, int]]

    def __len__(self) -> int:
        return sum(n for _day, n in self.days)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, wanted: Any) -> Any:
        """A list of the rows of a slice from one number to another."""
        ends = list(accumulate(n for _day, n in self.days))
        first, last = bisect_right(ends, wanted.start), bisect_left(ends, wanted.stop)
        if first == len(ends):
            return []
        since, until = day_bounds(self.days[min(last, len(ends) - 1)][0])[0], day_bounds(self.days[first][0])[1]
        passed = ends[first - 1] if first else 0
        rows = self.rows.filter(**{f"{self.moment}__gte": since, f"{self.moment}__lt": until})
        return list(rows[wanted.start - passed : wanted.stop - passed])
