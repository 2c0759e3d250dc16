"""The 95 % confidence interval beside every rate: how far chance alone may have moved it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

Z: Final = Decimal("1.959963984540054")
"""The standard normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Two shares, 1 being all, to 28 digits; `high` is 1 only where nothing was missing, `low` 0 only where nothing
    was there."""

    low: Decimal
    high: Decimal


def wilson(part: int, whole: int) -> Interval | None:
    """The 95 % score interval of `part` of `whole` (E. B. Wilson, 1927); None where there is nothing to share.

    From integers, in decimal arithmetic of 28 digits, not rounded: the caller rounds. It stays within 0 and 1,
    holds the share itself, and is wide where the number is small. Raises ValueError unless 0 <= part <= whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if not whole:
        return None
    among, square = Decimal(whole), Z * Z
    centre = part + square / 2
    reach = Z * (Decimal(part) * (whole - part) / among + square / 4).sqrt()
    low = (centre - reach) / (among + square) if part else Decimal(0)
    high = (centre + reach) / (among + square) if part < whole else Decimal(1)
    return Interval(low, high)
