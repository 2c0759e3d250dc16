"""How a typed query is understood: abbreviations, everyday words, words that say nothing, and typing errors. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from procedures.folding import same_marks, typed_words, words

Phrase = tuple[str, ...]

MOST_WORDS: Final = 12
_CANDIDATES: Final = 12


class Part(NamedTuple):
    """One thing asked for. Any of `phrases` will do; `whole` ones must stand in the name, word beside word.

    `prefix`: the last word may be the beginning of a longer one.
    """

    phrases: tuple[Phrase, ...]
    whole: bool = False
    prefix: bool = False


@dataclass(frozen=True)
class Understood:
    """A query after reading: its parts, the words to underline in results, and what was changed to get there."""

    parts: tuple[Part, ...] = ()
    corrected: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words as read, in order; of an everyday word, its first official phrase."""
        return tuple(word for part in self.parts for word in part.phrases[0])

    @property
    def phrases(self) -> tuple[str, ...]:
        """What to look for in a name as one stretch: the whole query, or any official phrase it stands for."""
        if len(self.parts) == 1 and self.parts[0].whole:
            return tuple(" ".join(phrase) for phrase in self.parts[0].phrases)
        return (" ".join(self.words),) if self.parts else ()

    @property
    def marked(self) -> frozenset[str]:
        return frozenset(word for part in self.parts for phrase in part.phrases for word in phrase)

    @property
    def beginning(self) -> str:
        """The unfinished last word, or an empty text."""
        return self.parts[-1].phrases[0][-1] if self.parts and self.parts[-1].prefix else ""

    def as_tsquery(self) -> str:
        """Text for `to_tsquery('simple', …)`. Made of letters, digits and operators of our own only."""
        return " & ".join(_part_query(part) for part in self.parts)


def _part_query(part: Part) -> str:
    if not part.whole:
        return " & ".join(part.phrases[0]) + (":*" if part.prefix else "")
    return "(" + " | ".join(" <-> ".join(f"{word}:A" for word in phrase) for phrase in part.phrases) + ")"


@dataclass(frozen=True)
class WordLists:
    """The small data files: everyday words with the official phrases they mean, abbreviations, and fillers."""

    synonyms: Mapping[Phrase, tuple[tuple[str, ...], tuple[Phrase, ...]]]
    abbreviations: Mapping[str, Phrase]
    ignored: frozenset[Phrase]

    @classmethod
    def of(
        cls, synonyms: Mapping[str, Sequence[str]], abbreviations: Mapping[str, str], ignored: Iterable[str]
    ) -> "WordLists":
        return cls(
            synonyms={
                tuple(words(usual)): (tuple(typed_words(usual)), tuple(tuple(words(text)) for text in official))
                for usual, official in synonyms.items()
            },
            abbreviations={short: tuple(words(text)) for short, text in abbreviations.items()},
            ignored=frozenset(tuple(words(text)) for text in ignored),
        )


@dataclass(frozen=True)
class Vocabulary:
    """Every word of the catalogue with how often it comes, and which words stand side by side in names."""

    lists: WordLists
    frequency: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, lists: WordLists, texts: Iterable[tuple[str, str]]) -> "Vocabulary":
        """From pairs of folded name and folded rest, one per procedure."""
        frequency: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for name, rest in texts:
            in_name = name.split()
            frequency.update(in_name)
            frequency.update(rest.split())
            pairs.update(pairwise(in_name))
        return cls(lists, frequency, pairs)

    def understand(self, query: str) -> Understood:
        typed = typed_words(query)[:MOST_WORDS]
        parts = list(self._read(typed, unfinished=query[-1:] not in ("", " ")))
        kept = [part for part in parts if part.whole or part.phrases[0] not in self.lists.ignored] or parts
        corrected = self._corrected(kept)
        return Understood(tuple(corrected), corrected=corrected != kept)

    def _read(self, typed: list[str], *, unfinished: bool) -> Iterator[Part]:
        place = 0
        while place < len(typed):
            part, length = self._longest(typed[place:])
            place += length
            if not part.whole and part.phrases[0] not in self.lists.ignored:
                for word in part.phrases[0]:
                    yield Part(((word,),), prefix=unfinished and place == len(typed))
            else:
                yield part

    def _longest(self, typed: list[str]) -> tuple[Part, int]:
        """The longest everyday word, abbreviation or filler that the text begins with, else its first word."""
        for length in range(min(6, len(typed)), 0, -1):
            some = tuple(word for text in typed[:length] for word in words(text))
            if (meant := self.lists.synonyms.get(some)) and all(map(same_marks, typed, meant[0])):
                return Part(meant[1], whole=True), length
            if some in self.lists.ignored:
                return Part((some,)), length
        first = tuple(words(typed[0]))
        if len(first) == 1 and first[0] in self.lists.abbreviations:
            return Part((self.lists.abbreviations[first[0]], first), whole=True), 1
        return Part((first,)), 1

    def _corrected(self, parts: list[Part]) -> list[Part]:
        done: list[Part] = []
        for number, part in enumerate(parts):
            word = part.phrases[0][0]
            if part.whole or self._is_known(word, prefix=part.prefix):
                done.append(part)
                continue
            before = done[-1].phrases[0][-1] if done else ""
            after = parts[number + 1].phrases[0][0] if number + 1 < len(parts) else ""
            nearest = self._nearest(word, before, after)
            done.append(Part(((nearest,),), prefix=False) if nearest else part)
        return done

    def _is_known(self, word: str, *, prefix: bool) -> bool:
        if word in self.frequency or not word.isalpha():
            return True
        return prefix and any(known.startswith(word) for known in self.frequency)

    def _nearest(self, word: str, before: str, after: str) -> str:
        """The known word at the smallest distance; among equals the one seen beside its neighbours, then the usual.

        Empty when none is near: a slip of the fingers spares the first letter, and most of a short word.
        """
        limit = 1 if len(word) <= 5 else 2
        found = process.extract(
            word,
            [known for known in self.frequency if known[0] == word[0]],
            scorer=DamerauLevenshtein.distance,
            score_cutoff=limit,
            limit=_CANDIDATES,
        )
        ranked = [
            (distance, -self.pairs[before, known] - self.pairs[known, after], -self.frequency[known], known)
            for known, distance, _key in found
            if known.isalpha()
        ]
        return min(ranked)[3] if ranked else ""
