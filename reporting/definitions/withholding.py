"""Which units are too small for their figures to be published. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporting.definitions.ranking import RankingRow
from reporting.definitions.targets import PUBLISH_FROM


def publishable(rows: Iterable[RankingRow]) -> tuple[list[RankingRow], list[RankingRow]]:
    """The units whose figures may be printed, and those withheld.

    The total is public, so what is left of it must not say again what was withheld: the smallest units are withheld
    until there is none with too few, or at least two of them with enough together.
    """
    rest = sorted((row for row in rows if row.counts.resolved), key=lambda row: -row.counts.resolved)
    withheld: list[RankingRow] = []
    while rest and (rest[-1].counts.resolved < PUBLISH_FROM or _can_be_inferred(withheld)):
        withheld.append(rest.pop())
    return rest, withheld


def _can_be_inferred(withheld: Sequence[RankingRow]) -> bool:
    together = sum(row.counts.resolved for row in withheld)
    return len(withheld) == 1 or 0 < together < PUBLISH_FROM
