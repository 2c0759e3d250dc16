"""Queries that no procedure here answers: the authority or page that does, from a data file. Pure but for the file."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from procedures.data_files import word_list
from procedures.search.vocabulary import LONGEST_PHRASE, MOST_WORDS, Phrase, has_marks
from units.texts.folding import same_marks, typed_words, words

Sayings = dict[Phrase, list[Phrase]]


@dataclass(frozen=True)
class Need:
    """`link` is the URL name of the page that answers it; empty if another authority does.

    `phrases` mean it, `marked` ones only if typed with diacritics; `besides`: words that may accompany them.
    """

    icon: str
    link: str
    answer: str
    answer_en: str
    phrases: Sayings
    marked: Sayings
    besides: Sayings

    def is_meant(self, typed: Sequence[str], folded: Phrase) -> bool:
        """Whether the whole query means it: its phrases and accompanying words, nothing else."""
        place, is_named = 0, False
        while place < len(typed):
            length, names_it = self._next(typed[place:], folded[place:])
            if not length:
                return False
            is_named = is_named or names_it
            place += length
        return is_named

    def _next(self, typed: Sequence[str], folded: Phrase) -> tuple[int, bool]:
        """How many words to read, none where they say something else; and whether they mean the need."""
        for length in range(min(LONGEST_PHRASE, len(typed)), 0, -1):
            some, bare = typed[:length], folded[:length]
            if _is_among(self.phrases, some, bare) or (has_marks(some) and _is_among(self.marked, some, bare)):
                return length, True
            if _is_among(self.besides, some, bare):
                return length, False
        return 0, False

    def is_mentioned(self, stretches: Set[Phrase]) -> bool:
        return not (self.phrases.keys().isdisjoint(stretches) and self.marked.keys().isdisjoint(stretches))


@cache
def needs() -> tuple[Need, ...]:
    lists = word_list("elsewhere")
    return tuple(_need(row, lists) for row in lists["needs"])


def meant_need(query: str) -> Need | None:
    typed = typed_words(query)
    folded = tuple("".join(words(text)) for text in typed)
    if len(typed) > MOST_WORDS:
        return None
    stretches = {folded[start:end] for start in range(len(folded)) for end in range(start + 1, len(folded) + 1)}
    mentioned = (need for need in needs() if need.is_mentioned(stretches))
    return next((need for need in mentioned if need.is_meant(typed, folded)), None)


def _need(row: dict[str, Any], lists: dict[str, Any]) -> Need:
    besides = [*word_list("synonyms")["ignored"], *lists["besides"], *row.get("besides", ())]
    return Need(
        icon=row["icon"],
        link=row["link"],
        answer=row["answer"],
        answer_en=row["answer_en"],
        phrases=_sayings(row["phrases"]),
        marked=_sayings(row.get("marked", ())),
        besides=_sayings(besides if row["link"] else [*besides, *lists["acts"]]),
    )


def _sayings(texts: Iterable[str]) -> Sayings:
    sayings: Sayings = {}
    for text in texts:
        sayings.setdefault(tuple(words(text)), []).append(tuple(typed_words(text)))
    return sayings


def _is_among(sayings: Sayings, typed: Sequence[str], folded: Phrase) -> bool:
    return any(all(map(same_marks, typed, meant)) for meant in sayings.get(folded, ()))
