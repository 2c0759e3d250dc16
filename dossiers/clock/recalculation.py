"""What a change of the calendar does to one open dossier. Pure: the story so far goes in, events and dates come out.

A published change reckons every act of the dossier again on the new edition. An undone one leaves that act out, so
the old dates come back exactly; only what was reckoned on the withdrawn edition in between follows the restored one.
Neither touches a leg that is finished: it stays measured by the calendar under which it was worked on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dossiers.clock.replay import EventRecord, Replay, State
from dossiers.clock.states import EventKind


class Dated(StrEnum):
    """Which of a dossier's dates."""

    DUE = "due"
    LAW = "law"
    AGAIN = "again"
    LEG = "leg"


@dataclass(frozen=True, slots=True)
class Move:
    """One date moved from `old` to `new`; `position` is that of the leg, None for the dossier's own dates."""

    what: Dated
    old: datetime
    new: datetime
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written about one dossier: the events, with their numbers, and the state they lead to."""

    before: State
    after: State
    events: tuple[tuple[int, EventRecord], ...]
    moves: tuple[Move, ...]

    @property
    def is_told(self) -> bool:
        """Whether the day that the applicant was given is another one now."""
        return any(move.what in {Dated.DUE, Dated.AGAIN} for move in self.moves)


def applied(story: Replay, *, edition: int, at: datetime) -> Change | None:
    """The dossier reckoned anew on `edition`; None when that moves none of its dates."""
    before = story.state
    event = _tell(story, EventKind.RECALENDARED, at, {"calendar": edition})
    moved = moves(before, story.state)
    return Change(before, story.state, ((story.number, event),), moved) if moved else None


def undone(story: Replay, *, act: int | None, since: int, edition: int, at: datetime) -> Change | None:
    """The dossier without the calendar act number `act`, on the calendar restored as `edition`.

    `since` is the edition that is withdrawn: what was reckoned on it in between, such as the acceptance of a dossier
    that came meanwhile, is reckoned again. None when nothing is to be written.
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


def moves(before: State, after: State) -> tuple[Move, ...]:
    """The dates of an open dossier that differ; the limit of the law only where it moves unlike the promise."""
    pairs = {
        Dated.DUE: (before.due_at, after.due_at),
        Dated.LAW: (before.statutory_due_at, after.statutory_due_at),
        Dated.AGAIN: (before.new_due_at, after.new_due_at),
    }
    if pairs[Dated.LAW] == pairs[Dated.DUE]:
        del pairs[Dated.LAW]
    own = [Move(what, old, new) for what, (old, new) in pairs.items() if old and new and old != new]
    legs = [
        Move(Dated.LEG, old.due_at, new.due_at, new.position)
        for old, new in zip(before.legs, after.legs, strict=True)
        if old.due_at and new.due_at and old.due_at != new.due_at
    ]
    return (*own, *legs)


def _tell(story: Replay, kind: EventKind, at: datetime, data: Mapping[str, Any]) -> EventRecord:
    """One more event of the desk's. A clerk's machine may be ahead of ours: no event is earlier than the one before.

    The calendar never goes back: somebody may have acted on a later edition already.
    """
    state = story.state
    assert state.status is not None
    assert state.desk_id is not None
    moment = max(at, state.last_at or at)
    known = {**data, "calendar": max(data["calendar"], state.calendar)}
    event = EventRecord(kind, moment, state.desk_id, state.status, known)
    story.apply(event)
    return event
