"""How much two texts have in common: overlap of shingles, three folded words each. Pure."""

from __future__ import annotations

from typing import Final

from units.texts.folding import folded

SHINGLE: Final = 3


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Runs of three words without accents; of a shorter text its words together."""
    found = folded(text).split()
    if len(found) <= SHINGLE:
        return frozenset({tuple(found)}) if found else frozenset()
    return frozenset(tuple(found[place : place + SHINGLE]) for place in range(len(found) - SHINGLE + 1))


def overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Shared runs as a share of the smaller set: a letter that quotes another one is found too."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
