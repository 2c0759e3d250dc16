"""What a change of the calendar does to one open case. Pure: the story so far goes in, events and dates come out.

As with dossiers: a published change reckons every act of the case again on the new edition, an undone one leaves that
act out. What is met already keeps its date: a check that was done, a case that is finished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from complaints.clock.replay import EventRecord, Replay, State
from complaints.clock.states import EventKind


class Dated(StrEnum):
    """Which of a case's dates: those of its three clocks."""

    CHECK = "check"
    SETTLE = "settle"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Move:
    what: Dated
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written about one case: the events, with their numbers, and the state they lead to."""

    before: State
    after: State
    events: tuple[tuple[int, EventRecord], ...]
    moves: tuple[Move, ...]

    @property
    def is_told(self) -> bool:
        """Whether what the reporter waits for next comes on another day now."""
        return self.before.next_due_at != self.after.next_due_at


def applied(story: Replay, *, draft: int, edition: int, at: datetime) -> Change | None:
    """The case reckoned anew on `edition`; None when that moves none of its dates."""
    before = story.state
    event = _tell(story, EventKind.RECALENDARED, at, {"calendar": edition, "change": draft})
    moved = moves(before, story.state)
    return Change(before, story.state, ((story.number, event),), moved) if moved else None


def undone(story: Replay, *, act: int | None, since: int, edition: int, at: datetime) -> Change | None:
    """The case without the calendar act number `act`, on the calendar restored as `edition`.

    `since` is the edition that is withdrawn: what was reckoned on it in between is reckoned again. None when nothing
    is to be written.
    """
    before, first = story.state, story.number + 1
    events: list[EventRecord] = []
    came_between = any(one.edition >= since and one.event != act for one in story.acts)
    if act is not None:
        events.append(_tell(story, EventKind.CALENDAR_UNDONE, at, {"undo": act, "calendar": edition}))
    after = story.state
    if came_between:
        again = _tell(story, EventKind.RECALENDARED, at, {"calendar": edition})
        if moves(after, story.state):
            events.append(again)
            after = story.state
    if not events:
        return None
    return Change(before, after, tuple(enumerate(events, first)), moves(before, after))


def act_of(told: Sequence[EventRecord], draft: int) -> int | None:
    """The number of the event by which the publication of a draft moved this case, unless that was undone already."""
    undone_acts = {event.data["undo"] for event in told if event.kind is EventKind.CALENDAR_UNDONE}
    for number, event in enumerate(told, 1):
        is_it = event.kind is EventKind.RECALENDARED and event.data.get("change") == draft
        if is_it and number not in undone_acts:
            return number
    return None


def moves(before: State, after: State) -> tuple[Move, ...]:
    """The dates of an open case that differ."""
    pairs = {
        Dated.CHECK: (before.check_due_at, after.check_due_at),
        Dated.SETTLE: (before.settle_due_at, after.settle_due_at),
        Dated.ANSWER: (before.answer_due_at, after.answer_due_at),
    }
    return tuple(Move(what, old, new) for what, (old, new) in pairs.items() if old and new and old != new)


def _tell(story: Replay, kind: EventKind, at: datetime, data: Mapping[str, Any]) -> EventRecord:
    """One more event where the case is. No event is earlier than the one before it, and the calendar never goes back:
    somebody may have acted on a later edition already."""
    state = story.state
    assert state.status is not None
    assert state.unit_id is not None
    known = {**data, "calendar": max(data["calendar"], state.calendar)}
    event = EventRecord(kind, max(at, state.last_at or at), state.unit_id, state.status, known)
    story.apply(event)
    return event
