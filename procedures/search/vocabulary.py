"""How a typed query is understood: abbreviations, everyday words, words that say nothing, and typing errors. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from units.texts.folding import (
    fold,
    marks_in,
    marks_of,
    same_marks,
    sound,
    typed_words,
    words,
)

Phrase = tuple[str, ...]

MOST_WORDS: Final = 16
LONGEST_PHRASE: Final = 6
_CANDIDATES: Final = 12
# How often another word must occur beside the neighbours, of how often the typed one comes at all, to be thought of.
_SOUNDS_ALIKE: Final = 0.2
_ONE_SLIP: Final = 1.0
_CODE_ALONE: Final = re.compile(r"\b(\d)(\d{6})\b")  # a national code without its dot
_SHORT: Final = 3  # letters: one slip is most of such a word


class QueryPart(NamedTuple):
    """One thing asked for, and how it was typed. Any of `phrases` will do.

    `whole`: an everyday word or an abbreviation; its phrases must be in the name, word beside word. `prefix`: the
    word may be the beginning of a longer one. `corrected`: what was typed is no known word. `also`: a known word that
    the neighbours make more likely than the one typed. `spelled`: that word with its marks, where the query has some.
    """

    phrases: tuple[Phrase, ...]
    typed: Phrase = ()
    whole: bool = False
    prefix: bool = False
    corrected: bool = False
    also: str = ""
    spelled: str = ""

    @property
    def word(self) -> str:
        return self.phrases[0][-1]


class Reading(NamedTuple):
    """What was typed, and what it is read as, spelled as the lists and the names spell it."""

    typed: str
    meant: list[str]


@dataclass(frozen=True)
class Understood:
    """A query after reading: its parts, the words to underline in results, and what was changed to get there.

    `spoken` are the typed words that say something, for what people call a procedure; `replaced` pairs words that
    were typed with others for the same thing. `written`: how the lists spell their phrases.
    """

    parts: tuple[QueryPart, ...] = ()
    spoken: Phrase = ()
    replaced: tuple[tuple[str, str], ...] = ()
    written: Mapping[Phrase, str] = field(default_factory=dict)

    @property
    def has_marks(self) -> bool:
        return has_marks(self.spoken)

    @property
    def corrected(self) -> bool:
        return any(part.corrected for part in self.parts)

    @property
    def readings(self) -> list[Reading]:
        """The everyday words, abbreviations and slips of the fingers, with what they are taken for."""
        other = [Reading(typed, [meant]) for typed, meant in self.replaced]
        changed = [part for part in self.parts if part.whole or part.corrected or part.also]
        readings = [Reading(" ".join(part.typed), self._meant(part)) for part in changed]
        return other + [reading for reading in readings if reading.meant != [reading.typed]]

    def _meant(self, part: QueryPart) -> list[str]:
        if part.spelled:
            return [part.spelled]
        return [self.written.get(phrase) or " ".join(phrase) for phrase in _read_as(part)]

    @property
    def words(self) -> tuple[str, ...]:
        """The words as read, in order; of an everyday word, its first official phrase."""
        return tuple(word for part in self.parts for word in part.phrases[0])

    @property
    def phrases(self) -> tuple[str, ...]:
        """What to look for in a name as one stretch: the whole query, or any official phrase it means."""
        if len(self.parts) == 1 and self.parts[0].whole:
            return tuple(" ".join(phrase) for phrase in self.parts[0].phrases)
        return (" ".join(self.words),) if self.parts else ()

    @property
    def marked(self) -> frozenset[str]:
        read = {word for part in self.parts for phrase in part.phrases for word in phrase}
        return frozenset(read | {part.also for part in self.parts if part.also})

    @property
    def beginning(self) -> str:
        """The unfinished last word, or an empty text."""
        return self.parts[-1].word if self.parts and self.parts[-1].prefix else ""


def _read_as(part: QueryPart) -> tuple[Phrase, ...]:
    """Of an abbreviation, not the abbreviation itself."""
    if part.also:
        return ((part.also,),)
    return tuple(phrase for phrase in part.phrases if list(phrase) != words(" ".join(part.typed))) or part.phrases


def has_marks(typed: Iterable[str]) -> bool:
    return any(text.casefold() != fold(text) for text in typed)


def _means(typed: str, meant: str) -> bool:
    return marks_of(typed) == marks_of(meant)


def _typed(query: str) -> list[str]:
    return typed_words(_CODE_ALONE.sub(r"\1.\2", query))[:MOST_WORDS]


class Spoken(NamedTuple):
    """The words that say something, and which were replaced by which."""

    words: Phrase
    replaced: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WordLists:
    """The small data files: everyday words with the official phrases they mean, abbreviations, fillers, and words for
    the same thing with the one they are taken for; of these, `only_marked` ones only where their marks were typed.

    `bound`: words side by side of which one has a filler's letters and other marks, as in "giải thể" and "đăng ký".
    """

    synonyms: Mapping[Phrase, tuple[tuple[str, ...], tuple[Phrase, ...]]]
    abbreviations: Mapping[str, Phrase]
    ignored: Mapping[Phrase, list[Phrase]]
    same: Mapping[Phrase, tuple[Phrase, Phrase]]
    only_marked: frozenset[Phrase] = frozenset()
    bound: frozenset[tuple[str, str]] = frozenset()
    written: Mapping[Phrase, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        synonyms: Mapping[str, Sequence[str]],
        abbreviations: Mapping[str, str],
        ignored: Iterable[str],
        same: Mapping[str, str],
        only_marked: Iterable[str] = (),
        spelled: Iterable[Phrase] = (),
    ) -> "WordLists":
        fillers: dict[Phrase, list[Phrase]] = {}
        for text in ignored:
            fillers.setdefault(tuple(words(text)), []).append(tuple(typed_words(text)))
        return cls(
            synonyms={
                tuple(words(usual)): (tuple(typed_words(usual)), tuple(tuple(words(text)) for text in official))
                for usual, official in synonyms.items()
            },
            abbreviations={short: tuple(words(text)) for short, text in abbreviations.items()},
            ignored=fillers,
            same={
                tuple(words(usual)): (tuple(typed_words(usual)), tuple(typed_words(meant)))
                for usual, meant in same.items()
            },
            only_marked=frozenset(tuple(words(text)) for text in only_marked),
            bound=frozenset(_bound(spelled, fillers)),
            written={tuple(words(text)): text for text in (*chain(*synonyms.values()), *abbreviations.values())},
        )

    def spoken(self, typed: Sequence[str]) -> Spoken:
        """The typed words without those that say nothing, all of them where nothing else is left; words for the same
        thing become one. In a query with marks, a word without any means itself."""
        alike = _means if has_marks(typed) else same_marks
        left: list[str] = []
        replaced: list[tuple[str, str]] = []
        place = 0
        while place < len(typed):
            length, official = self._next(typed[place:], alike)
            if not official and length == 1 and alike is same_marks and self._is_bound(typed, place):
                official = (typed[place],)
            if official and official != tuple(typed[place : place + length]):
                replaced.append((" ".join(typed[place : place + length]), " ".join(official)))
            left.extend(official)
            place += length
        return Spoken(tuple(left or typed), tuple(replaced))

    def _is_bound(self, typed: Sequence[str], place: int) -> bool:
        """Whether a bare filler is half a word of the catalogue: "dang" before "ky" is not "đang"."""
        return not self.bound.isdisjoint(pairwise(typed[max(place - 1, 0) : place + 2]))

    def _next(self, typed: Sequence[str], alike: Callable[[str, str], bool]) -> tuple[int, Phrase]:
        """How many words to read, and what they say; nothing, of a filler, which bare letters are before they are
        anything else: "muon" is "muốn" rather than "mướn"."""
        for length in range(min(LONGEST_PHRASE, len(typed)), 0, -1):
            some = tuple(word for text in typed[:length] for word in words(text))
            if some in self.synonyms:
                return length, tuple(typed[:length])
            if any(all(map(alike, typed, filler)) for filler in self.ignored.get(some, ())):
                return length, ()
            as_meant = _means if some in self.only_marked else alike
            if (meant := self.same.get(some)) and all(map(as_meant, typed, meant[0])):
                return length, meant[1]
        return 1, (typed[0],)


def _bound(spelled: Iterable[Phrase], fillers: Mapping[Phrase, list[Phrase]]) -> Iterator[tuple[str, str]]:
    def is_other(word: str) -> bool:
        meant = fillers.get((fold(word),), ())
        return bool(meant) and (word,) not in meant

    pairs = set(chain.from_iterable(map(pairwise, spelled)))
    others = {word for word in chain.from_iterable(pairs) if is_other(word)}
    yield from ((fold(one), fold(other)) for one, other in pairs if one in others or other in others)


def _spellings(spelled: Iterable[Phrase]) -> dict[str, Counter[str]]:
    spellings: dict[str, Counter[str]] = {}
    for word, often in Counter(chain.from_iterable(spelled)).items():
        spellings.setdefault(fold(word), Counter())[word] = often
    return spellings


@dataclass(frozen=True)
class Vocabulary:
    """Every word of the catalogue with how often it comes, and which words are side by side in names.

    `spellings`: how names and sayings spell a folded word, and how often so.
    """

    lists: WordLists
    frequency: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    spellings: Mapping[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lists: WordLists,
        texts: Iterable[tuple[str, str]],
        sayings: Iterable[Phrase] = (),
        spelled: Iterable[Phrase] = (),
    ) -> "Vocabulary":
        """From pairs of folded name and folded rest, one per procedure, and from what people call procedures;
        `spelled` are the words of names and sayings as they are written."""
        frequency: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for name, rest in texts:
            in_name = name.split()
            frequency.update(in_name)
            frequency.update(rest.split())
            pairs.update(pairwise(in_name))
        for saying in sayings:
            frequency.update(saying)
            pairs.update(pairwise(saying))
        return cls(lists, frequency, pairs, _spellings(spelled))

    def understand(self, query: str) -> Understood:
        typed = _typed(query)
        spoken, replaced = self.lists.spoken(typed)
        unfinished = query[-1:] not in ("", " ") and typed[-1:] == list(spoken[-1:])
        parts = self._corrected(list(self._read(list(spoken), unfinished=unfinished)), marked=has_marks(typed))
        return Understood(tuple(parts), spoken, replaced, self.lists.written)

    def as_typed(self, query: str) -> Understood:
        """The same words, taken for nothing else than what they are."""
        typed = _typed(query)
        return Understood(
            tuple(QueryPart(((word,),), (text,)) for text in typed for word in words(text)), tuple(typed)
        )

    def _read(self, typed: list[str], *, unfinished: bool) -> Iterator[QueryPart]:
        place = 0
        while place < len(typed):
            part, length = self._longest(typed[place:])
            place += length
            if part.whole:
                yield part
                continue
            for word in part.phrases[0]:
                yield QueryPart(((word,),), part.typed, prefix=unfinished and place == len(typed))

    def _longest(self, typed: list[str]) -> tuple[QueryPart, int]:
        """The longest everyday word or abbreviation that the text begins with, else its first word."""
        for length in range(min(LONGEST_PHRASE, len(typed)), 0, -1):
            some = tuple(word for text in typed[:length] for word in words(text))
            if (meant := self.lists.synonyms.get(some)) and all(map(same_marks, typed, meant[0])):
                return QueryPart(meant[1], tuple(typed[:length]), whole=True), length
        first = tuple(words(typed[0]))
        if len(first) == 1 and first[0] in self.lists.abbreviations:
            return QueryPart((self.lists.abbreviations[first[0]], first), (typed[0],), whole=True), 1
        return QueryPart((first,), (typed[0],)), 1

    def _corrected(self, parts: list[QueryPart], *, marked: bool) -> list[QueryPart]:
        """`marked`: the query has marks, so that a word without any is meant without."""
        done: list[QueryPart] = []
        for number, part in enumerate(parts):
            if part.whole:
                done.append(part)
                continue
            word = part.word
            before = done[-1].word if done else ""
            after = parts[number + 1].phrases[0][0] if number + 1 < len(parts) else ""
            if self._is_known(word, prefix=part.prefix):
                other = self._likelier(part.typed[-1], word, before, after, marked=marked)
                done.append(part._replace(also=other, spelled=self._spelling(other, part.typed[-1]) if marked else ""))
            elif nearest := self._nearest(part.typed[-1], word, before, after):
                spelled = self._spelling(nearest, part.typed[-1]) if marked else ""
                done.append(QueryPart(((nearest,),), part.typed, corrected=True, spelled=spelled))
            else:
                done.append(part)
        return done

    def _is_known(self, word: str, *, prefix: bool) -> bool:
        if word in self.frequency or not word.isalpha():
            return True
        return prefix and any(known.startswith(word) for known in self.frequency)

    def beside(self, word: str, before: str, after: str) -> int:
        """How often a word occurs beside these neighbours in names and sayings."""
        return self.pairs[before, word] + self.pairs[word, after]

    def _likelier(self, typed: str, word: str, before: str, after: str, *, marked: bool) -> str:
        """A known word, sounding alike or one slip away, that occurs beside a neighbour where `word` never does; the
        more usual `word` is, the oftener it must. With its marks a word is only misspelled where they sound alike."""
        if word not in self.frequency or len(word) < 2 or self.beside(word, before, after):
            return ""
        ranked = [
            (beside, known)
            for known, needed in self._alike(word)
            if (beside := self.beside(known, before, after))
            and beside >= needed * self.frequency[word]
            and (not marked or (needed == _SOUNDS_ALIKE and self._has_marks(known, typed)))
        ]
        return max(ranked)[1] if ranked else ""

    def _alike(self, word: str) -> Iterator[tuple[str, float]]:
        """Words that may be meant by another, and what speaks for that."""
        yield from ((known, _SOUNDS_ALIKE) for known in self._sounds.get(sound(word), ()) if known != word)
        if len(word) > 2:
            yield from ((known, _ONE_SLIP) for known, distance in self._slips(word, 1) if distance == 1)

    def _slips(self, word: str, most: int) -> list[tuple[str, int]]:
        """The known words that so many slips of the fingers make of this one. A slip spares the first letter."""
        found = process.extract(
            word,
            self._initials.get(word[0], ()),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=most,
            limit=_CANDIDATES,
        )
        return [(known, int(distance)) for known, distance, _key in found if known.isalpha()]

    def _nearest(self, typed: str, word: str, before: str, after: str) -> str:
        """The known word at the smallest distance; among equals the one seen beside its neighbours, then the usual.

        Empty when none is near. A word with known neighbours is only taken for one that occurs beside them; a short
        one always, for one slip is most of it. Words that sound alike are as near as one slip, whatever their first
        letter. Marks that were typed are those of the word meant.
        """
        near = self._slips(word, 1 if len(word) <= 5 else 2)
        near += [(known, 1) for known in self._sounds.get(sound(word), ())]
        if marks_in(typed):
            near = [(known, distance) for known, distance in near if self._has_marks(known, typed)]
        needs_neighbours = len(word) <= _SHORT or before in self.frequency or after in self.frequency
        ranked = [
            (distance, -beside, -self.frequency[known], known)
            for known, distance in near
            if (beside := self.beside(known, before, after)) or not needs_neighbours
        ]
        return min(ranked)[3] if ranked else ""

    def _has_marks(self, known: str, typed: str) -> bool:
        """Whether a known word is ever spelled with the marks that were typed."""
        return any(marks_in(typed) == marks_in(spelled) for spelled in self.spellings.get(known, ()))

    def _spelling(self, known: str, typed: str) -> str:
        """As names and sayings spell it with the marks that were typed, else as they do most often."""
        spelled = self.spellings.get(known, Counter[str]())
        return max(spelled, key=lambda text: (marks_in(text) == marks_in(typed), spelled[text]), default="")

    @cached_property
    def _initials(self) -> dict[str, list[str]]:
        """The known words by their first letter, in one fixed order."""
        grouped: dict[str, list[str]] = {}
        for known in sorted(self.frequency):
            grouped.setdefault(known[0], []).append(known)
        return grouped

    @cached_property
    def _sounds(self) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = {}
        for known in sorted(self.frequency):
            if known.isalpha():
                grouped.setdefault(sound(known), []).append(known)
        return grouped
