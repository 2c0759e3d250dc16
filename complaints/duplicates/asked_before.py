"""Which of the answered questions is like one that is being typed: by the words both have, rare ones weighing more.
Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Final

from units.texts.folding import words

MIN_WEIGHT: Final = 0.45
"""Share of the weight of what was typed that a text must have."""

MIN_WORDS: Final = 2
"""One word is too little to compare."""


def most_alike(typed: str, texts: Sequence[str], most: int) -> list[int]:
    """The places of up to `most` of the `texts`, given as folded words, that have most of what was typed; among equals
    the earlier one first. Of the last word the beginning is enough: it may not be finished."""
    wanted = list(dict.fromkeys(words(typed)))
    if len(wanted) < MIN_WORDS:
        return []
    word_sets = [frozenset(text.split()) for text in texts]
    shared = [_shared_words(wanted, text, is_unfinished=not typed[-1:].isspace()) for text in word_sets]
    frequency = Counter(word for found in shared for word in found)
    weights = {word: log(1 + len(texts) / (frequency[word] or 0.5)) for word in wanted}
    whole = sum(weights.values())
    shares = [sum(weights[word] for word in found) / whole for found in shared]
    best = sorted(range(len(texts)), key=lambda place: -shares[place])[:most]
    return [place for place in best if shares[place] >= MIN_WEIGHT]


def _shared_words(wanted: Sequence[str], text: frozenset[str], *, is_unfinished: bool) -> set[str]:
    found = {word for word in wanted if word in text}
    last = wanted[-1]
    if is_unfinished and any(word.startswith(last) for word in text):
        found.add(last)
    return found
