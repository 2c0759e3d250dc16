"""What a changed calendar does to one open case. Pure: its history goes in, events and dates come out.

What is met keeps its date: a check that was done, a case that is finished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from complaints.clock.replay import EventRecord, Replay, State
from complaints.clock.states import EventKind
from units.clock.recalculation import DateMove, Recalculation, apply_change, undo_change

CaseRecalculation = Recalculation[State, EventRecord]


class Dated(StrEnum):
    """Which of a case's dates: those of its three clocks."""

    CHECK = "check"
    SETTLE = "settle"
    ANSWER = "answer"


def applied(replay: Replay, *, draft: int, edition: int, at: datetime) -> CaseRecalculation | None:
    """The case calculated on `edition`; None when that moves none of its dates."""
    data = {"calendar": edition, "change": draft}
    return apply_change(replay, partial(_append, replay, EventKind.RECALENDARED, at, data), moves)


def undone(replay: Replay, *, act: int | None, since: int, edition: int, at: datetime) -> CaseRecalculation | None:
    """The case without the calendar act number `act`, on the calendar restored as `edition`. `since`: the edition that
    is withdrawn. None when there is nothing to write."""
    undo = partial(_append, replay, EventKind.CALENDAR_UNDONE, at, {"undo": act, "calendar": edition})
    append = partial(_append, replay, EventKind.RECALENDARED, at, {"calendar": edition})
    return undo_change(replay, undo, append, moves, act=act, since=since)


def act_of(events: Sequence[EventRecord], draft: int) -> int | None:
    """The number of the event by which the publication of a draft moved this case, unless that was undone already."""
    undone_acts = {event.data["undo"] for event in events if event.kind is EventKind.CALENDAR_UNDONE}
    for number, event in enumerate(events, 1):
        is_it = event.kind is EventKind.RECALENDARED and event.data.get("change") == draft
        if is_it and number not in undone_acts:
            return number
    return None


def moves(before: State, after: State) -> tuple[DateMove, ...]:
    """The dates of an open case that differ."""
    pairs = {
        Dated.CHECK: (before.check_due_at, after.check_due_at),
        Dated.SETTLE: (before.settle_due_at, after.settle_due_at),
        Dated.ANSWER: (before.answer_due_at, after.answer_due_at),
    }
    return tuple(DateMove(what, old, new) for what, (old, new) in pairs.items() if old and new and old != new)


def _append(replay: Replay, kind: EventKind, at: datetime, data: Mapping[str, Any]) -> EventRecord:
    """One more event where the case is. Neither time nor calendar goes back: a clerk's machine may be ahead of ours,
    and somebody may have acted on a later edition already."""
    state = replay.state
    assert state.status is not None
    assert state.unit_id is not None
    data = {**data, "calendar": max(data["calendar"], state.calendar)}
    event = EventRecord(kind, max(at, state.last_at or at), state.unit_id, state.status, data)
    replay.apply(event)
    return event
