"""What happened to a case, as its pages print it: acts with the words that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from complaints.models import EVENT_LABELS, CaseEvent
from complaints.models.people import TextSort
from complaints.states import EventKind

PUBLIC_SORTS = frozenset({TextSort.CONTENT, TextSort.SUPPLEMENT, TextSort.ANSWER, TextSort.REOPENING})
INNER = frozenset(
    {
        *(EventKind.ASSIGNED, EventKind.PASSED_ON, EventKind.SENT_BACK, EventKind.SORTED, EventKind.STARTED),
        *(EventKind.DRAFTED, EventKind.DRAFT_RETURNED, EventKind.HANDLER_NAMED, EventKind.HANDLER_ENDED),
    }
)
"""Acts that the reporter is not told of one by one: they are the office's own housekeeping."""
TOLD_WHY = frozenset(
    {
        *(EventKind.NOT_ACCEPTED, EventKind.TRANSFERRED, EventKind.SUPPLEMENT_ASKED, EventKind.EXTENDED),
        *(EventKind.GRADED, EventKind.SUSPENDED, EventKind.SETTLED),
    }
)
"""Acts whose reason is written for the reporter."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a case, plain or taken out of a box. `event`: the number of the act they belong to; 0 for notes."""

    sort: str
    event: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    event: CaseEvent
    title: str
    words: Sequence[Said]


def history_of(events: Iterable[CaseEvent], said: Iterable[Said]) -> list[Line]:
    """For staff: every act, the newest first, with everything said in it."""
    words = list(said)
    lines = [Line(one, _title(one), [word for word in words if word.event == one.number]) for one in events]
    return lines[::-1]


def public_history(events: Iterable[CaseEvent], said: Iterable[Said]) -> list[Line]:
    """For the reporter: without housekeeping, and of reasons those that were written for them."""
    words = list(said)
    return [
        Line(one, _title(one), [word for word in words if word.event == one.number and _is_told(one, word)])
        for one in events
        if one.act not in INNER
    ][::-1]


def _is_told(event: CaseEvent, word: Said) -> bool:
    return word.sort in PUBLIC_SORTS or (word.sort == TextSort.REASON and event.act in TOLD_WHY)


def _title(event: CaseEvent) -> str:
    return str(EVENT_LABELS[event.act])
