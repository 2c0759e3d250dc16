"""Medians and other quantiles of values that were counted. Pure.

By nearest rank: the smallest value that at least this share of all does not exceed. It is always a value that
occurred, and adding up counts of several units or months before asking is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

MEDIAN: Final = Fraction(1, 2)
NINETIETH: Final = Fraction(9, 10)


def quantile(counts: Mapping[int, int], share: Fraction) -> int | None:
    """The value at `share` (above 0, at most 1) of `counts` (how many there are of each value); None of nothing."""
    wanted, seen = share * sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen and seen >= wanted:
            return value
    return None
