"""Finds procedures for a query, and how many each further filter would leave.

Words are matched and weighted in memory (`search.scoring`); filters are set operations on the index. One query, which
asks whether the catalogue changed, whatever the number of procedures, plus those that rebuild the index when it did.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rapidfuzz import fuzz, process

from procedures.search.bit_sets import Places, members
from procedures.search.index import (
    CatalogueIndex,
    ListedProcedure,
    NamedOption,
    catalogue_index,
)
from procedures.search.scoring import Answers
from procedures.search.vocabulary import Understood
from units.texts.folding import words

Chosen = Mapping[str, Collection[str]]

LONGEST_QUERY: Final = 200
_NEAREST: Final = 3
_NOT_TAKEN: Final = 2
_CLEARLY: Final = 1.05  # how much better one must fit that is taken in nowhere
_LEAST_ALIKE: Final = 60  # of 100


@dataclass(frozen=True)
class Found:
    """`ids` are versions, best first. `counts` are the results under each further filter value.

    `is_loose`: none has every word; those that have most are given. `nearest` are up to three versions most like the
    query, when nothing fits it. `called` is the everyday phrase by which a version was found, if by one. `not_taken`
    are procedures that fit better, but that no office takes in that day.
    """

    index: CatalogueIndex
    understood: Understood
    ids: list[int]
    counts: dict[str, dict[str, int]]
    nearest: list[int]
    is_loose: bool = False
    called: Mapping[int, str] = field(default_factory=dict)
    not_taken: Sequence[ListedProcedure] = ()

    def label(self, facet: str, value: str) -> NamedOption:
        return self.index.labels.get(facet, {}).get(value, NamedOption(value))


def find(
    query: str,
    chosen: Chosen,
    on: date,
    index: CatalogueIndex | None = None,
    *,
    loosely: bool = False,
    as_typed: bool = False,
) -> Found:
    """`chosen` maps a facet of `procedures.search.index` to its chosen values; an unknown value leaves no results.

    `index` is that day's, if the caller has it already. `loosely` gives those with most of the words if none has all;
    `as_typed` switches off synonyms and corrections.
    """
    index = index or catalogue_index(on)
    vocabulary, typed = index.vocabulary, query[:LONGEST_QUERY]
    understood = vocabulary.as_typed(typed) if as_typed else vocabulary.understand(typed)
    answers = index.texts.answers(understood) if understood.parts else None
    fits, is_loose = _fits(index, understood, answers, loosely=loosely, as_typed=as_typed)
    masks = {facet: _any_of(index, facet, values) for facet, values in chosen.items() if values}
    left = fits
    for mask in masks.values():
        left &= mask
    places = _best_first(left, answers) if answers else list(members(left))
    return Found(
        index=index,
        understood=understood,
        ids=[index.ids[place] for place in places],
        counts=_counts(index, fits, masks),
        nearest=_nearest(query, index, answers) if answers and not fits else [],
        is_loose=is_loose and bool(places),
        called={index.ids[place]: saying for place, saying in answers.sayings.items()} if answers else {},
        not_taken=_not_taken(index, understood, answers) if answers and not as_typed else (),
    )


def _fits(
    index: CatalogueIndex, understood: Understood, answers: Answers | None, *, loosely: bool, as_typed: bool
) -> tuple[Places, bool]:
    """The procedures that fit, and whether they only come close."""
    if answers is None:
        return index.everything, False
    if as_typed:
        return index.texts.exactly(understood), False
    if loosely and not answers.best_is_complete:
        return answers.close | answers.complete, True
    return answers.complete, False


def _not_taken(index: CatalogueIndex, understood: Understood, answers: Answers) -> list[ListedProcedure]:
    others = index.not_taken_texts.answers(understood)
    least = _CLEARLY * max(answers.scores, default=0.0)
    better = [place for place in _best_first(others.complete, others) if others.scores[place] > least]
    return [index.not_taken[place] for place in better[:_NOT_TAKEN]]


def _best_first(places: Places, answers: Answers) -> list[int]:
    """Equal scores in alphabetical order."""
    return sorted(members(places), key=lambda place: (-answers.scores[place], place))


def _any_of(index: CatalogueIndex, facet: str, values: Collection[str]) -> Places:
    mask = 0
    for value in values:
        mask |= index.values.get(facet, {}).get(value, 0)
    return mask


def _counts(index: CatalogueIndex, fits: Places, masks: dict[str, Places]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for facet, values in index.values.items():
        others = fits
        for other, mask in masks.items():
            if other != facet:
                others &= mask
        counts[facet] = {value: (others & places).bit_count() for value, places in values.items()}
    return counts


def _nearest(query: str, index: CatalogueIndex, answers: Answers) -> list[int]:
    """Those with most of the words, then the names most like the query."""
    close = _best_first(answers.close, answers)[:_NEAREST]
    alike = process.extract(
        " ".join(words(query)), index.names, scorer=fuzz.token_set_ratio, score_cutoff=_LEAST_ALIKE, limit=_NEAREST
    )
    places = dict.fromkeys([*close, *(place for _name, _score, place in alike)])
    return [index.ids[place] for place in places][:_NEAREST]
