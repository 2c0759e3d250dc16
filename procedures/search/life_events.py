"""Life events: the procedures that one event in somebody's life needs, in order, from a data file. Pure but for the
file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from procedures.data_files import DATA
from procedures.search.vocabulary import LONGEST_PHRASE
from units.texts.folding import words


class EventStep(NamedTuple):
    say: str
    say_en: str
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """`phrases`: folded, by which people mean it."""

    slug: str
    icon: str
    title: str
    title_en: str
    about: str
    about_en: str
    phrases: frozenset[str]
    steps: tuple[EventStep, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ref for step in self.steps for ref in step.refs))


@cache
def events() -> tuple[Event, ...]:
    """In the order of the front page."""
    rows = json.loads((DATA / "events.json").read_text(encoding="utf-8"))
    return tuple(
        Event(
            **{
                **row,
                "phrases": frozenset(" ".join(words(text)) for text in row["phrases"]),
                "steps": tuple(EventStep(step["say"], step["say_en"], tuple(step["refs"])) for step in row["steps"]),
            }
        )
        for row in rows
    )


def event(slug: str) -> Event | None:
    return next((known for known in events() if known.slug == slug), None)


def meant_event(query: str) -> Event | None:
    """The event meant by the longest phrase of the query."""
    for stretch in _stretches(words(query)):
        for known in events():
            if stretch in known.phrases:
                return known
    return None


def events_with(ref: str) -> list[Event]:
    return [known for known in events() if ref in known.refs]


def _stretches(folded: list[str]) -> Iterator[str]:
    """The longest first."""
    for many in range(min(LONGEST_PHRASE, len(folded)), 0, -1):
        for start in range(len(folded) - many + 1):
            yield " ".join(folded[start : start + many])
