"""Which units are too small for their figures to be published. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporting.definitions.ranking import RankingRow
from reporting.definitions.targets import PUBLISH_FROM


def publishable(rows: Iterable[RankingRow]) -> tuple[list[RankingRow], list[RankingRow]]:
    """Splits units into those whose figures may be published and those withheld.

    The total is public, so a single withheld unit could be computed from it. The smallest units are withheld until
    none has too few dossiers, and those withheld are none, or at least two with enough dossiers together.
    """
    rest = sorted((row for row in rows if row.counts.resolved), key=lambda row: -row.counts.resolved)
    withheld: list[RankingRow] = []
    while rest and (rest[-1].counts.resolved < PUBLISH_FROM or _can_be_inferred(withheld)):
        withheld.append(rest.pop())
    return rest, withheld


def _can_be_inferred(withheld: Sequence[RankingRow]) -> bool:
    together = sum(row.counts.resolved for row in withheld)
    return len(withheld) == 1 or 0 < together < PUBLISH_FROM
