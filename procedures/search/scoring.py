"""The words of a day's catalogue, and how well each procedure answers what was asked. Pure.

PostgreSQL's full-text search says which rows have all the words of a query; people ask in whole sentences, and the
best answer often lacks one of them. So every procedure gets a score instead: how much of the query it answers, rare
words counting more, the name more than what people call it, both more than its papers; words side by side and sayings
on top. Sets of procedures are whole numbers, see `search.index`, so that thousands of them take milliseconds.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from math import log
from typing import Any, Final, NamedTuple

from procedures.search.bit_sets import Places, members, set_of
from procedures.search.vocabulary import LONGEST_PHRASE, Phrase, QueryPart, Understood, WordLists
from units.texts.folding import fold, marks_of, typed_words, words

# How much of a word is answered, by its place.
_IN_NAME: Final = 1.0
_IN_SAYING: Final = 0.9
_BEGUN: Final = 0.75  # the typed word is the beginning of one in the name
_LIKELIER: Final = 0.75  # another word that the neighbours speak for
_OTHER_MARKS: Final = 0.5
_IN_REST: Final = 0.25
# What is added to the share of the query that is answered, between 0 and 1.
_SIDE_BY_SIDE: Final = 0.5
_IN_SPOKEN_NAME: Final = 0.8
_NOTHING_ELSE: Final = 0.3  # the name says little besides
_USUAL: Final = 0.06
_BEGINS: Final = 0.1  # the name begins with the query
# Of the query's weight: with less, nothing fits.
_LEAST: Final = 0.5
# Of the best score: the answers that are listed where none has every word.
_CLOSE: Final = 0.55
# The weight of a word that no name and no saying has.
_UNKNOWN_WORD: Final = 2.5
_NUMBER: Final = 0.5  # how old, how many: seldom what a procedure is called by
_LOOKED_AT: Final = 120


class Text(NamedTuple):
    """One procedure: its name, what people call it, its codes, its papers and the rest, and whether many need it."""

    name: str
    sayings: Sequence[str]
    codes: Sequence[str]
    rest: str
    is_usual: bool = False


class Answers(NamedTuple):
    """`complete` procedures have every part of the query somewhere. `close` ones are the best where
    none does. `scores` are by place; `sayings` are what people call a procedure, where that was asked for."""

    complete: Places
    close: Places
    scores: Sequence[float]
    sayings: Mapping[int, str]

    @property
    def best_is_complete(self) -> bool:
        best = max(members(self.close | self.complete), key=self.scores.__getitem__, default=None)
        return best is not None and bool(self.complete >> best & 1)


class _Where(NamedTuple):
    """The procedures that answer a part, by how well; later sets count only for those in no earlier one."""

    weight: float
    grades: list[tuple[float, Places]]

    @property
    def anywhere(self) -> Places:
        found = 0
        for _grade, places in self.grades:
            found |= places
        return found

    def by_grade(self) -> Iterator[tuple[float, Places]]:
        seen = 0
        for grade, places in self.grades:
            yield grade, places & ~seen
            seen |= places


class _Postings(defaultdict[Hashable, list[int]]):
    """Which places have what, while the texts are being read."""

    def __init__(self) -> None:
        super().__init__(list)

    def note(self, place: int, keys: Iterable[Hashable]) -> None:
        for key in keys:
            self[key].append(place)

    def as_sets(self, size: int) -> dict[Any, Places]:
        return {key: set_of(places, size) for key, places in self.items()}


@dataclass(frozen=True)
class Texts:
    """Places run from 0 to `size` - 1, in the order of the texts given to `of`.

    `marked` and `marked_saying` have the words of names and sayings by their letters with marks; `pairs` has the words
    side by side in either.
    """

    size: int
    names: list[str]
    in_name: Mapping[str, Places]
    in_saying: Mapping[str, Places]
    in_rest: Mapping[str, Places]
    marked: Mapping[str, Places]
    marked_saying: Mapping[str, Places]
    pairs: Mapping[tuple[str, str], Places]
    sayings: Mapping[Phrase, list[tuple[int, str]]]
    usual: Places

    @classmethod
    def of(cls, texts: Sequence[Text], lists: WordLists) -> "Texts":
        in_name, in_saying, in_rest, marked, marked_saying, pairs = (_Postings() for _each in range(6))
        sayings: dict[Phrase, list[tuple[int, str]]] = defaultdict(list)
        spoken_of = cache(lambda saying: lists.spoken(typed_words(saying)).words)
        for place, text in enumerate(texts):
            name = words(text.name)
            in_name.note(place, {*name, *(word for code in text.codes for word in words(code))})
            in_rest.note(place, set(text.rest.split()))
            pairs.note(place, pairwise(name))
            marked.note(place, map(marks_of, typed_words(text.name)))
            for saying in text.sayings:
                spoken = spoken_of(saying)
                phrase = folded_phrase(spoken)
                sayings[phrase].append((place, saying))
                in_saying.note(place, phrase)
                pairs.note(place, pairwise(phrase))
                marked_saying.note(place, map(marks_of, spoken))
        size = len(texts)
        return cls(
            size=size,
            names=[" ".join(words(text.name)) for text in texts],
            in_name=in_name.as_sets(size),
            in_saying=in_saying.as_sets(size),
            in_rest=in_rest.as_sets(size),
            marked=marked.as_sets(size),
            marked_saying=marked_saying.as_sets(size),
            pairs=pairs.as_sets(size),
            sayings=sayings,
            usual=set_of((place for place, text in enumerate(texts) if text.is_usual), size),
        )

    @cached_property
    def everything(self) -> Places:
        return (1 << self.size) - 1

    @cached_property
    def _rarities(self) -> dict[str, float]:
        spoken = {*self.in_name, *self.in_saying}
        return {word: self._rarity_of(self._spoken(word)) for word in spoken}

    @cached_property
    def _weights(self) -> list[float]:
        """How much each name says in all."""
        return [sum(self.rarity(word) for word in set(name.split())) for name in self.names]

    def rarity(self, word: str) -> float:
        """How much a word distinguishes: more, the fewer names and sayings have it. Unknown ones may be filler."""
        return self._rarities.get(word, _NUMBER if word.isdigit() else _UNKNOWN_WORD)

    def is_known_word(self, word: str) -> bool:
        """Whether any name or saying has it."""
        return word in self._rarities

    def _rarity_of(self, places: Places) -> float:
        return log(1 + self.size / (1 + places.bit_count()))

    def _spoken(self, word: str) -> Places:
        return self.in_name.get(word, 0) | self.in_saying.get(word, 0)

    def answers(self, understood: Understood) -> Answers:
        """What answers the query, and how well; see the constants above for what counts how much."""
        befores = ["", *(part.word for part in understood.parts)]
        marked = understood.has_marks
        found = [self._where(part, before, marked) for part, before in zip(understood.parts, befores, strict=False)]
        complete = self.everything if found else 0
        for where in found:
            complete &= where.anywhere
        scores = self._shares(found)
        likely = [place for place in members(self._any_of(found)) if scores[place] >= _LEAST * _IN_REST]
        covered = self._covered(found, likely)
        self._add_neighbours(understood, scores)
        called = self._add_sayings(understood, scores)
        likely = [place for place in likely if covered[place] >= _LEAST or place in called]
        for place in members(self.usual):
            scores[place] += _USUAL
        asked = understood.marked
        best = sorted(likely, key=lambda place: -scores[place])[:_LOOKED_AT]
        for place in best:
            scores[place] += _NOTHING_ELSE * self._share_of_name(place, asked)
            scores[place] += _BEGINS * self.names[place].startswith(understood.phrases)
        least = max((scores[place] for place in best), default=0.0) * _CLOSE
        close = set_of((place for place in best if scores[place] >= least), self.size)
        return Answers(complete, close, scores, called)

    def exactly(self, understood: Understood) -> Places:
        """The procedures that have every typed word unchanged: in the name, where it was typed with marks."""
        found = self.everything if understood.parts else 0
        for part in understood.parts:
            word, typed = part.word, part.typed[0]
            if typed.casefold() != fold(typed):
                found &= self.marked.get(marks_of(typed), 0)
            else:
                found &= self.in_name.get(word, 0) | self.in_rest.get(word, 0)
        return found

    def _shares(self, found: Sequence["_Where"]) -> list[float]:
        """What share of the query each place answers, well or less well."""
        total = sum(where.weight for where in found) or 1.0
        scores = [0.0] * self.size
        for where in found:
            for grade, places in where.by_grade():
                gain = grade * where.weight / total
                for place in members(places):
                    scores[place] += gain
        return scores

    def _covered(self, found: Sequence["_Where"], places: Iterable[int]) -> dict[int, float]:
        """What share of the query each of the places has, anywhere."""
        total = sum(where.weight for where in found) or 1.0
        covered = dict.fromkeys(places, 0.0)
        for where in found:
            for place in members(where.anywhere):
                if place in covered:
                    covered[place] += where.weight / total
        return covered

    def _any_of(self, found: Sequence["_Where"]) -> Places:
        anywhere = 0
        for where in found:
            anywhere |= where.anywhere
        return anywhere

    def _where(self, part: QueryPart, before: str, marked: bool) -> "_Where":
        """`marked`: the query has marks, so that a word without any is meant without."""
        if part.whole:
            return self._whole(part)
        word, typed = part.word, part.typed[-1] if part.typed else part.word
        name, saying = self.in_name.get(word, 0), self.in_saying.get(word, 0)
        same = self.everything
        if (marked or typed.casefold() != fold(typed)) and not part.corrected and not part.prefix:
            key = marks_of(typed)
            same = self.marked.get(key, 0) | self.marked_saying.get(key, 0) or self.everything
        grades = [(_IN_NAME, name & same), (_IN_SAYING, saying & same)]
        if part.prefix:
            grades.append((_BEGUN, self._begun(word, before)))
        if part.also:
            grades.append((_LIKELIER, self._spoken(part.also)))
        grades += [(_OTHER_MARKS, name | saying), (_IN_REST, self.in_rest.get(word, 0))]
        return _Where(self.rarity(part.also or word), grades)

    def _begun(self, word: str, before: str) -> Places:
        """Names with a longer word that begins with this one; of a known word, only beside the word before."""
        if word in self.in_name or word in self.in_saying:
            return self._pairs_begun(before, word)
        found = 0
        for longer, places in self.in_name.items():
            if longer.startswith(word):
                found |= places
        return found

    def _whole(self, part: QueryPart) -> "_Where":
        official = 0
        for phrase in part.phrases:
            official |= self._names_with(phrase)
        literal = self.everything
        for word in folded_phrase(part.typed):
            literal &= self._spoken(word)
        weight = min(self._rarity_of(official), sum(self.rarity(word) for word in part.phrases[0]))
        return _Where(weight, [(_IN_NAME, official), (_IN_SAYING, literal)])

    def _names_with(self, phrase: Phrase) -> Places:
        """The names that have these words side by side."""
        found = self.everything
        for word in phrase:
            found &= self.in_name.get(word, 0)
        if len(phrase) == 1:
            return found
        wanted = f" {' '.join(phrase)} "
        return set_of((place for place in members(found) if wanted in f" {self.names[place]} "), self.size)

    def _add_neighbours(self, understood: Understood, scores: list[float]) -> None:
        """Words that were typed side by side and are so in the name, or in what people call it."""
        steps = list(pairwise(understood.parts))
        weights = [self.rarity(one.word) + self.rarity(other.phrases[0][0]) for one, other in steps]
        total = sum(weights) or 1.0
        for (one, other), weight in zip(steps, weights, strict=True):
            together = 0
            for first in filter(None, (one.word, one.also)):
                for second in filter(None, (other.phrases[0][0], other.also)):
                    together |= self.pairs.get((first, second), 0)
            if other.prefix:
                together |= self._pairs_begun(one.word, other.word)
            for place in members(together):
                scores[place] += _SIDE_BY_SIDE * weight / total

    def _pairs_begun(self, first: str, beginning: str) -> Places:
        found = 0
        for second in self._followers.get(first, ()):
            if second.startswith(beginning):
                found |= self.pairs[first, second]
        return found

    @cached_property
    def _followers(self) -> dict[str, list[str]]:
        followers: dict[str, list[str]] = defaultdict(list)
        for first, second in self.pairs:
            followers[first].append(second)
        return followers

    def _add_sayings(self, understood: Understood, scores: list[float]) -> dict[int, str]:
        """For every place the longest saying that the query has in one stretch."""
        called: dict[int, str] = {}
        spoken, read = understood.spoken, [word for part in understood.parts for word in _words_as_read(part)]
        for typed in (spoken, tuple(read)):
            for start, end in _stretches(len(typed)):
                for place, saying in self.sayings.get(folded_phrase(typed[start:end]), ()):
                    if place not in called and _marks_match(typed[start:end], saying):
                        called[place] = saying
                        scores[place] += _IN_SPOKEN_NAME * (end - start) / len(typed)
        return called

    def _share_of_name(self, place: int, asked: Collection[str]) -> float:
        """The share of a name that the query says."""
        shared = sum(self.rarity(word) for word in set(self.names[place].split()) if word in asked)
        return shared / (self._weights[place] or 1.0)


def folded_phrase(typed: Iterable[str]) -> Phrase:
    return tuple(word for text in typed for word in words(text))


def _words_as_read(part: QueryPart) -> Phrase:
    """The words of a part as they are read, in what was typed where an everyday word was."""
    if part.whole:
        return part.typed
    return (part.also,) if part.also else (part.word,) if part.corrected else part.typed


def _stretches(length: int) -> Iterator[tuple[int, int]]:
    """The longest first."""
    for many in range(min(LONGEST_PHRASE, length), 0, -1):
        for start in range(length - many + 1):
            yield start, start + many


def _marks_match(typed: Sequence[str], saying: str) -> bool:
    """Whether the marks that were typed are those of the saying; fillers may be between."""
    meant = {marks_of(word) for word in typed_words(saying)}
    return all(text.casefold() == fold(text) or marks_of(text) in meant for text in typed)
