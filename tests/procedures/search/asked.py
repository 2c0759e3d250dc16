"""How well the search answers what people ask: `asked.json` has their words and the procedures they need.

"tuned" ones were written down as they are said at a counter, before the search was tuned, and then it was tuned on
them. "held_out" ones were written when the lists of everyday words were finished: nothing is tuned on them, their
misses are counted and not shown. All are from one hand, so what citizens really type is answered less well than even
those figures say.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ASKED = Path(__file__).with_suffix(".json")


class Asked(NamedTuple):
    """A query, and the `ref`s that answer it: one of them is enough."""

    query: str
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """`place` is that of the first wanted procedure among the answers, from 1 on; 0 where none is there."""

    asked: Asked
    place: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class Quality:
    answers: tuple[Answered, ...]

    def recall(self, most: int) -> float:
        """The share of queries with a wanted procedure among the first `most`."""
        return sum(0 < answer.place <= most for answer in self.answers) / len(self.answers)

    @property
    def mrr(self) -> float:
        return sum(1 / answer.place for answer in self.answers if answer.place) / len(self.answers)

    def worst(self, most: int) -> list[Answered]:
        missed = [answer for answer in self.answers if answer.place != 1]
        return sorted(missed, key=lambda answer: -answer.place if answer.place else -(10**6))[:most]


def read_asked() -> tuple[list[Asked], list[Asked]]:
    """What the search is tuned on, and what is held out."""
    stored = json.loads(ASKED.read_text(encoding="utf-8"))
    tuned, held_out = ([Asked(query, tuple(wanted)) for query, wanted in stored[key]] for key in ("tuned", "held_out"))
    return tuned, held_out


def quality(asked: Sequence[Asked], answer: Callable[[str], list[str]]) -> Quality:
    """`answer` gives the `ref`s that a page lists for a query, best first."""
    return Quality(tuple(_answered(row, answer(row.query)) for row in asked))


def _answered(row: Asked, refs: list[str]) -> Answered:
    place = next((number for number, ref in enumerate(refs, 1) if ref in row.wanted), 0)
    return Answered(row, place, tuple(refs[:3]))
