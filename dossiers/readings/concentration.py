"""Finds a person who opens many dossiers of one family name: more than chance gives in a week.

Shares of family names: Lê Trung Hoa, Họ và tên người Việt Nam (2005), quoted by the encyclopaedias; Hanoi's registers
have the same names at the top.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, lgamma, log
from types import MappingProxyType
from typing import Final

SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {
        **{"nguyen": 0.384, "tran": 0.11, "le": 0.095, "pham": 0.071, "hoang": 0.051, "huynh": 0.051, "phan": 0.045},
        **{"vu": 0.039, "vo": 0.039, "dang": 0.021, "bui": 0.02, "do": 0.014, "ho": 0.013, "ngo": 0.013},
    }
)
OTHER_SHARE: Final = 0.01
LEAST: Final = 10
"""Fewer dossiers of one name in a week are a household, or a desk's ordinary enquiries."""
BY_CHANCE: Final = 1e-4
"""One person's week in ten thousand: for an office of ten, one false alarm in some twenty years."""


def conspicuous_name(opened: Mapping[str, int]) -> str:
    """The family name, folded, of which a person opened more dossiers than chance gives; empty where none.

    `opened`: how many dossiers of each family name the person opened without ever acting on them.
    """
    number = sum(opened.values())
    name, most = max(opened.items(), key=lambda one: chance_key(one, number), default=("", 0))
    return name if most >= LEAST and _chance(number, most, _share(name)) < BY_CHANCE else ""


def chance_key(one: tuple[str, int], number: int) -> tuple[bool, float]:
    """Orders names by how unlikely their number is; those below `LEAST` come last."""
    name, found = one
    return found >= LEAST, -_chance(number, found, _share(name))


def _share(name: str) -> float:
    return SHARES.get(name, OTHER_SHARE)


def _chance(number: int, least: int, share: float) -> float:
    """The probability of at least `least` of `number`, each with probability `share` (binomial)."""
    return sum(exp(_log_probability(number, found, share)) for found in range(least, number + 1))


def _log_probability(number: int, found: int, share: float) -> float:
    ways = lgamma(number + 1) - lgamma(found + 1) - lgamma(number - found + 1)
    return ways + found * log(share) + (number - found) * log(1 - share)
