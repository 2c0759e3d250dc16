"""What a changed calendar does to one open dossier. Pure: its history goes in, events and dates come out.

A finished leg keeps its dates: it stays measured by the calendar under which it was worked on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from dossiers.clock.replay import EventRecord, Replay, State
from dossiers.clock.states import EventKind
from units.clock.recalculation import DateMove, Recalculation, apply_change, undo_change

DossierRecalculation = Recalculation[State, EventRecord]


class Dated(StrEnum):
    """Which of a dossier's dates."""

    DUE = "due"
    LAW = "law"
    AGAIN = "again"
    LEG = "leg"


def applied(replay: Replay, *, edition: int, at: datetime) -> DossierRecalculation | None:
    """The dossier calculated on `edition`; None when that moves none of its dates."""
    return apply_change(replay, partial(_append, replay, EventKind.RECALENDARED, at, {"calendar": edition}), moves)


def undone(replay: Replay, *, act: int | None, since: int, edition: int, at: datetime) -> DossierRecalculation | None:
    """The dossier without the calendar act number `act`, on the calendar restored as `edition`. `since`: the edition
    that is withdrawn. None when there is nothing to write."""
    undo = partial(_append, replay, EventKind.CALENDAR_UNDONE, at, {"undo": act, "calendar": edition})
    append = partial(_append, replay, EventKind.RECALENDARED, at, {"calendar": edition})
    return undo_change(replay, undo, append, moves, act=act, since=since)


def moves(before: State, after: State) -> tuple[DateMove, ...]:
    """The dates of an open dossier that differ; the limit of the law only where it moves unlike the promise."""
    pairs = {
        Dated.DUE: (before.due_at, after.due_at),
        Dated.LAW: (before.statutory_due_at, after.statutory_due_at),
        Dated.AGAIN: (before.new_due_at, after.new_due_at),
    }
    if pairs[Dated.LAW] == pairs[Dated.DUE]:
        del pairs[Dated.LAW]
    own = [DateMove(what, old, new) for what, (old, new) in pairs.items() if old and new and old != new]
    legs = [
        DateMove(Dated.LEG, old.due_at, new.due_at, new.position)
        for old, new in zip(before.legs, after.legs, strict=True)
        if old.due_at and new.due_at and old.due_at != new.due_at
    ]
    return (*own, *legs)


def _append(replay: Replay, kind: EventKind, at: datetime, data: Mapping[str, Any]) -> EventRecord:
    """One more event of the desk's. Neither time nor calendar goes back: a clerk's machine may be ahead of ours, and
    somebody may have acted on a later edition already."""
    state = replay.state
    assert state.status is not None
    assert state.desk_id is not None
    data = {**data, "calendar": max(data["calendar"], state.calendar)}
    event = EventRecord(kind, max(at, state.last_at or at), state.desk_id, state.status, data)
    replay.apply(event)
    return event
