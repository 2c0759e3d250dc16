"""A dossier as a function of its events. Pure: no Django, no database, no clock.

Every due date the portal prints comes from here, whether a dossier was registered a second ago or is being rebuilt
years later, so the cached row and the replayed events can never follow different rules.

Sources: Decree 61/2018/ND-CP, articles 17 to 20 (acceptance starts the clock; a supplement asked for after acceptance
restarts the term from zero once complete); the portal's own policy that payment and ordered stops give back exactly
the working time that was left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dossiers.states import EventKind, Outcome, Status, may_move
from units.clock import Clock
from units.working_calendar import local
from units.working_time import WorkingCalendar, term_from_json

SET_BY_CLERK = "set_by_clerk"


class ImpossibleHistory(ValueError):
    """The events do not follow the table of moves, or go back in time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as replay reads it. `data` may carry:

    - `promised`, `statutory`: terms as `term_as_json` gives them, on acceptance;
    - `due_at`: ISO instant chosen by the clerk where the law states the term in words only, on acceptance;
    - `holder`: id of the unit that holds the dossier from now on;
    - `outcome`: an `Outcome`, on finishing.
    """

    kind: EventKind
    at: datetime
    unit_id: int
    to_status: Status
    data: Mapping[str, Any] = field(default_factory=dict)


CACHED = (
    *("status", "holder_id", "outcome"),
    *("submitted_at", "received_at", "due_at", "statutory_due_at", "finished_at", "returned_at"),
    "derivation",
)
"""The columns of a dossier that its events decide; fields of `State` by the same names."""


@dataclass(frozen=True, slots=True)
class State:
    """What the cached row must say. All instants are aware."""

    status: Status | None = None
    holder_id: int | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    statutory_due_at: datetime | None = None
    derivation: dict[str, Any] = field(default_factory=dict)
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    outcome: str = ""
    last_at: datetime | None = None


def state_of(events: Iterable[Recorded], calendar: WorkingCalendar) -> State:
    """Fold events, in order, into the state they leave. Raises ImpossibleHistory for an illegal move or time."""
    story = Story(calendar)
    for event in events:
        story.tell(event)
    return story.state


class Story:
    """The fold's memory: the state so far and the two clocks, the promise's and the law's."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self.state = State()
        self.promise: Clock | None = None
        self.law: Clock | None = None

    def tell(self, event: Recorded) -> None:
        self._check(event)
        changes: dict[str, Any] = {"status": event.to_status, "last_at": event.at}
        changes["holder_id"] = event.data.get("holder", self.state.holder_id or event.unit_id)
        if self.state.submitted_at is None:
            changes["submitted_at"] = event.at
        self.state = replace(self.state, **changes, **self._act(event))

    def _check(self, event: Recorded) -> None:
        current = self.state
        if event.to_status != current.status and not may_move(current.status, event.to_status):
            raise ImpossibleHistory(f"{current.status!r} → {event.to_status!r}")
        if current.last_at is not None and event.at < current.last_at:
            raise ImpossibleHistory(f"{event.kind} is earlier than the event before it")

    def _act(self, event: Recorded) -> dict[str, Any]:
        match event.kind:
            case EventKind.REGISTERED:
                return self._accept(event)
            case EventKind.SUPPLEMENTED:
                return self._restart(event.at)
            case EventKind.PAYMENT_ASKED | EventKind.STOPPED:
                return self._pause(event.at)
            case EventKind.PAID | EventKind.RESUMED:
                return self._resume(event.at)
            case EventKind.FINISHED:
                return {"finished_at": event.at, "outcome": Outcome(event.data["outcome"]).value}
            case EventKind.REFUSED:
                return {"finished_at": event.at}
            case EventKind.RETURNED:
                return {"returned_at": event.at}
            case _:
                return {}

    def _accept(self, event: Recorded) -> dict[str, Any]:
        if "due_at" in event.data:
            self.promise = Clock(None, datetime.fromisoformat(event.data["due_at"]), self.calendar)
            derivation: dict[str, Any] = {"rule": SET_BY_CLERK, "due": event.data["due_at"]}
        else:
            promised, statutory = term_from_json(event.data["promised"]), term_from_json(event.data["statutory"])
            self.promise = Clock.start(event.at, promised, self.calendar)
            self.law = self.promise if promised == statutory else Clock.start(event.at, statutory, self.calendar)
            derivation = self._derivation()
        return {"received_at": event.at, "derivation": derivation} | self._dates()

    def _dates(self) -> dict[str, Any]:
        law = self.law.due_at if self.law else None
        return {"due_at": self._leading().due_at, "statutory_due_at": law}

    def _leading(self) -> Clock:
        """The clock that runs out first: a promise never outlasts the law, whatever the calendar does to it."""
        assert self.promise is not None
        return min(self.promise, self.law or self.promise, key=lambda clock: clock.due_at)

    def _derivation(self) -> dict[str, Any]:
        due = self._leading().due
        return due.as_json() if due else {}

    def _restart(self, at: datetime) -> dict[str, Any]:
        """The term runs again from zero; the due date before the supplement stays readable."""
        if self.promise is None or self.promise.due is None or self.law is None:
            return {}
        earlier = self._earlier("supplement", self.state.last_at or at, at)
        self.promise, self.law = self.promise.restart(at), self.law.restart(at)
        return {"derivation": self._derivation() | {"earlier": earlier}} | self._dates()

    def _pause(self, at: datetime) -> dict[str, Any]:
        """Stop both clocks. A stop ordered while payment is awaited finds them stopped already."""
        if self.promise and not self.promise.is_paused:
            self.promise = self.promise.pause(at)
            self.law = self.law and self.law.pause(at)
        return {}

    def _resume(self, at: datetime) -> dict[str, Any]:
        if self.promise is None or not self.promise.is_paused:
            return {}
        earlier = self._earlier("pause", self.promise.pauses[-1].since, at)
        self.promise = self.promise.resume(at)
        self.law = self.law and self.law.resume(at)
        return {"derivation": self.state.derivation | {"earlier": earlier}} | self._dates()

    def _earlier(self, why: str, since: datetime, until: datetime) -> list[dict[str, str]]:
        """Every wait so far, each with the due date that was promised before it; ISO texts in office time."""
        assert self.state.due_at is not None
        moments = {"from": since, "until": until, "due": self.state.due_at}
        wait = {"why": why} | {name: local(moment).isoformat() for name, moment in moments.items()}
        return [*self.state.derivation.get("earlier", ()), wait]
