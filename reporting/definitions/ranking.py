"""Ranking units by their on-time rate. Pure: ties share a rank, and too few dossiers are not ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from reporting.definitions.on_time import Counts, Rate
from reporting.definitions.targets import ON_TIME_TARGET, RANK_FROM, RANKING_BOTTOM, RANKING_TOP
from units.models import Unit


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One unit in a period. `rank` is None below `RANK_FROM` resolved dossiers; `change` is in percentage points;
    `satisfied` is None where too few rated to publish it."""

    unit: Unit
    counts: Counts
    change: Decimal | None = None
    weeks: Sequence[Fraction | None] = ()
    overdue: int = 0
    soon: int = 0
    satisfied: Rate | None = None
    rank: int | None = None

    @property
    def rate(self) -> Rate:
        return self.counts.rate

    @property
    def is_below_target(self) -> bool:
        return self.rate.exact is not None and self.rate.exact < Fraction(ON_TIME_TARGET)


@dataclass(frozen=True, slots=True)
class Ranking:
    """`top` and `bottom` of the ranked units with `between` left out, then the units that are not ranked."""

    top: Sequence[RankingRow]
    between: int
    bottom: Sequence[RankingRow]
    unranked: Sequence[RankingRow]

    @property
    def ranked(self) -> int:
        return len(self.top) + self.between + len(self.bottom)

    @property
    def size(self) -> int:
        return self.ranked + len(self.unranked)


def with_ranks(rows: Iterable[RankingRow]) -> list[RankingRow]:
    """Best rate first, then the larger number, then the office's own order; equal rates share the better rank."""
    enough = [row for row in rows if row.counts.resolved >= RANK_FROM]
    enough.sort(key=lambda row: (-(row.rate.exact or 0), -row.counts.resolved, row.unit.order, row.unit.name))
    placed: list[RankingRow] = []
    for place, row in enumerate(enough, start=1):
        tied = bool(placed) and placed[-1].rate.exact == row.rate.exact
        placed.append(replace(row, rank=placed[-1].rank if tied else place))
    return placed


def ranking(rows: Sequence[RankingRow], *, whole: bool) -> Ranking:
    """All units when `whole` or when leaving some out would save no row; else the best eight and the last two."""
    placed = with_ranks(rows)
    few = sorted((row for row in rows if row.counts.resolved < RANK_FROM), key=_by_size)
    if whole or len(placed) <= RANKING_TOP + RANKING_BOTTOM + 1:
        return Ranking(top=placed, between=0, bottom=(), unranked=few)
    bottom = placed[-RANKING_BOTTOM:]
    return Ranking(
        top=placed[:RANKING_TOP], between=len(placed) - RANKING_TOP - RANKING_BOTTOM, bottom=bottom, unranked=few
    )


def _by_size(row: RankingRow) -> tuple[int, int, str]:
    return -row.counts.resolved, row.unit.order, row.unit.name
