"""Finding procedures: what a query means, which procedures fit, how many each further filter would leave.

Text is matched by PostgreSQL full-text search over the accent-free columns; filters are set operations on the index.
Two queries, whatever the number of procedures, plus those that make the index when the catalogue changed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F
from rapidfuzz import fuzz, process

from procedures.folding import words
from procedures.index import CatalogueIndex, Named, Places, catalogue_index, set_of
from procedures.models import ProcedureVersion
from procedures.vocabulary import Understood

Chosen = Mapping[str, Collection[str]]

LONGEST_QUERY: Final = 200
# Weights of D, C, B, A: only the rest (C) and the name (A) are used.
_WEIGHTS: Final = [0.0, 0.1, 0.0, 1.0]
_NEAREST: Final = 3
_LEAST_ALIKE: Final = 40  # of 100
_FAR: Final = 10_000


@dataclass(frozen=True)
class Found:
    """`ids` are versions, best first. `counts` answer "how many, were this value chosen too" under the other filters.

    `nearest` are up to three versions whose names look most like the query, when no text fits it.
    """

    index: CatalogueIndex
    understood: Understood
    ids: list[int]
    counts: dict[str, dict[str, int]]
    nearest: list[int]

    def label(self, facet: str, value: str) -> Named:
        return self.index.labels.get(facet, {}).get(value, Named(value))


def find(query: str, chosen: Chosen, on: date, index: CatalogueIndex | None = None) -> Found:
    """`chosen` maps a facet of `procedures.index` to its chosen values; values nothing has leave nothing.

    `index` is that day's, where the caller has asked for it already.
    """
    index = index or catalogue_index(on)
    understood = index.vocabulary.understand(query[:LONGEST_QUERY])
    ranks = _text_matches(understood, index) if understood.parts else None
    fits = index.everything if ranks is None else set_of(ranks, len(index.ids))
    masks = {facet: _any_of(index, facet, values) for facet, values in chosen.items() if values}
    left = fits
    for mask in masks.values():
        left &= mask
    places = index.members(left) if ranks is None else _best_first(index.members(left), ranks, understood, index)
    return Found(
        index=index,
        understood=understood,
        ids=[index.ids[place] for place in places],
        counts=_counts(index, fits, masks),
        nearest=_nearest(query, index) if ranks is not None and not fits else [],
    )


def _any_of(index: CatalogueIndex, facet: str, values: Collection[str]) -> Places:
    mask = 0
    for value in values:
        mask |= index.values.get(facet, {}).get(value, 0)
    return mask


def _text_matches(understood: Understood, index: CatalogueIndex) -> dict[int, float]:
    """Place → rank of every version on offer that fits the words."""
    wanted = SearchQuery(understood.as_tsquery(), config="simple", search_type="raw")
    found = (
        ProcedureVersion.objects.in_force(index.on)
        .filter(search=wanted)
        .values_list("pk", SearchRank(F("search"), wanted, weights=_WEIGHTS))
    )
    return {index.place_of[pk]: rank for pk, rank in found if pk in index.place_of}


def _best_first(
    places: Iterator[int], ranks: dict[int, float], understood: Understood, index: CatalogueIndex
) -> list[int]:
    """Names that say the query in one stretch, then names with all its words, then the rest.

    Among equals the name that says it earlier comes first, then the shorter one: the plain procedure is what most
    people need.
    """
    asked = frozenset(understood.words)
    phrases = [f" {phrase}" for phrase in understood.phrases]
    beginning = understood.beginning

    def order(place: int) -> tuple[int, bool, int, float, int]:
        name = f" {index.names[place]}"
        missing = asked.difference(name.split())
        if beginning and f" {beginning}" in name:
            missing = missing - {beginning}
        at = min((said for phrase in phrases if (said := name.find(phrase)) >= 0), default=_FAR)
        return at, bool(missing), len(name), -ranks[place], place

    return sorted(places, key=order)


def _counts(index: CatalogueIndex, fits: Places, masks: dict[str, Places]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for facet, values in index.values.items():
        others = fits
        for other, mask in masks.items():
            if other != facet:
                others &= mask
        counts[facet] = {value: (others & places).bit_count() for value, places in values.items()}
    return counts


def _nearest(query: str, index: CatalogueIndex) -> list[int]:
    found = process.extract(
        " ".join(words(query)), index.names, scorer=fuzz.token_set_ratio, score_cutoff=_LEAST_ALIKE, limit=_NEAREST
    )
    return [index.ids[place] for _name, _score, place in found]
