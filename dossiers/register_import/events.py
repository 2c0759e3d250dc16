"""Builds the events and the state of an entry of an old register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from dossiers.clock.clocks import Carried
from dossiers.clock.replay import CACHED, CARRIED_OVER, EventRecord, Replay, one_calendar
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.register_import.catalogue import PinnedProcedure
from dossiers.register_import.checking import RegisterEntry
from units.clock.working_calendar import WorkingCalendar

_BEFORE_THE_END: Final = {
    Outcome.WITHDRAWN.value: (EventKind.WITHDRAWAL_ASKED, Status.WITHDRAWAL_ASKED),
    Outcome.STOPPED.value: (EventKind.STOPPED, Status.STOPPED),
}


@dataclass(frozen=True, slots=True)
class LoadContext:
    """What all entries of one import share. `number` is the import's key, `edition` the number of `calendar`."""

    number: int
    desk_id: int
    actor_id: int | None
    calendar: WorkingCalendar
    edition: int


@dataclass(frozen=True, slots=True)
class LoadedDossier:
    """The state of a dossier after its events, with the fields of `State`; `events` with the status before each."""

    state: SimpleNamespace
    events: list[tuple[Status | None, EventRecord]]


def build_dossier(entry: RegisterEntry, pin: PinnedProcedure, load: LoadContext) -> LoadedDossier:
    """Builds a dossier. A finished one gets no legs, since nobody knows who had it when; an open one starts at the
    desk with the usual legs."""
    return _finished_dossier(entry, pin, load) if entry.finished_at else replay_entry(entry, pin, load)


def replay_entry(entry: RegisterEntry, pin: PinnedProcedure, load: LoadContext) -> LoadedDossier:
    """Builds a dossier by the replay, event by event."""
    replay = Replay(one_calendar(load.calendar))
    events: list[tuple[Status | None, EventRecord]] = []
    for event in _events(entry, pin, load):
        events.append((replay.now.status, event))
        replay.apply(event)
    return LoadedDossier(replay.now, events)


def check_against_replay(entry: RegisterEntry, pin: PinnedProcedure, load: LoadContext) -> None:
    """Raises RuntimeError when `build_dossier` and the replay differ."""
    loaded, replayed = build_dossier(entry, pin, load), replay_entry(entry, pin, load)
    for name in (*CACHED, "legs"):
        if getattr(loaded.state, name) != getattr(replayed.state, name):
            raise RuntimeError(f"{name} of a carried-over dossier is not what its events say")


def _finished_dossier(entry: RegisterEntry, pin: PinnedProcedure, load: LoadContext) -> LoadedDossier:
    """The state of a finished dossier without the replay, for speed: it depends on no calendar, and registers have
    millions of them. The import checks the first of every batch against the replay."""
    events = list(_events(entry, pin, load))
    before = [None, *(event.to_status for event in events)]
    assert entry.finished_at is not None
    is_late = entry.outcome not in _BEFORE_THE_END and entry.finished_at > entry.due_at
    state = SimpleNamespace(
        status=events[-1].to_status,
        procedure_id=pin.procedure_id,
        version_id=pin.version_id,
        offering_id=pin.offering_id,
        desk_id=load.desk_id,
        handler_id=pin.handler_id,
        holder_id=load.desk_id,
        assignee_id=None,
        submitted_at=entry.received_at,
        received_at=entry.received_at,
        due_at=entry.due_at,
        statutory_due_at=entry.due_at,
        new_due_at=None,
        is_late_apology=False,
        finished_at=entry.finished_at,
        returned_at=entry.returned_at,
        outcome=entry.outcome,
        late_unit_id=pin.handler_id if is_late else None,
        late_cause="",
        supplements=0,
        calendar=load.edition,
        derivation={"rule": CARRIED_OVER, "due": entry.due_at.isoformat()},
        legs=(),
    )
    return LoadedDossier(state, list(zip(before, events, strict=False)))


def _events(entry: RegisterEntry, pin: PinnedProcedure, load: LoadContext) -> Iterator[EventRecord]:
    desk, received_at, finished_at = load.desk_id, entry.received_at, entry.finished_at
    accepted = _acceptance(entry, pin, load)
    yield EventRecord(EventKind.REGISTERED, received_at, desk, Status.ACCEPTED, accepted)
    if finished_at is None:
        return
    yield EventRecord(EventKind.STARTED, received_at, pin.handler_id, Status.IN_PROCESS)
    if entry.outcome in _BEFORE_THE_END:
        kind, status = _BEFORE_THE_END[entry.outcome]
        yield EventRecord(kind, finished_at, desk, status)
    yield EventRecord(EventKind.FINISHED, finished_at, pin.handler_id, Status.DONE, {"outcome": entry.outcome})
    if entry.returned_at is not None:
        method = {"method": entry.method} if entry.method else {}
        yield EventRecord(EventKind.RETURNED, entry.returned_at, desk, Status.RETURNED, method)


def _acceptance(entry: RegisterEntry, pin: PinnedProcedure, load: LoadContext) -> dict[str, Any]:
    is_over = entry.finished_at is not None
    data: dict[str, Any] = {
        "procedure": pin.procedure_id,
        "version": pin.version_id,
        "offering": pin.offering_id,
        "handler": pin.handler_id,
        "due_at": entry.due_at.isoformat(),
        "carried": (Carried.OVER if is_over else Carried.OPEN).value,
        "plan": [] if is_over else pin.plan,
        "calendar": load.edition,
        "import": load.number,
    }
    return data | {"old_version": True} if pin.is_old else data
