"""A case as a function of its events. Pure: no Django, no database, no clock.

Every date the portal prints of a case comes from here, whether it was received a second ago or is being rebuilt years
later. What an event says about time is reckoned on the edition of the calendar known then; only an act of the calendar
moves a date by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from complaints.clock.clocks import CalendarOf, ClockEvent, ClockEventKind, Clocks, fold
from complaints.clock.rules import DecidedBy, Grade, Rules
from complaints.clock.states import (
    OPEN,
    UNDECIDED,
    EventKind,
    Kind,
    Outcome,
    Status,
    may_happen,
)
from units.clock.working_calendar import local


class ImpossibleHistory(ValueError):
    """The events do not follow the table of moves, or go back in time."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as replay reads it. `unit_id`: where it happened. `data` may carry:

    - `calendar`: number of the edition of the calendar known from now on;
    - `kind`, `rules` (as `Rules.as_json`), `grade`, `longer`: on receipt and on sorting; `grade` on grading;
    - `unit`: id of the unit a case is passed on to, or sent to by sorting;
    - `units`: ids of successors, by the ids, as strings, of the ended units that had the case;
    - `person`: id of the officer, on assigning (null takes the assignment back), naming and ending a handler;
    - `outcome`: an `Outcome`, on settling, answering and drafting;
    - `undo`: number of the calendar event that is undone; `change`: key of the published change that moved the case.

    It never holds free text or personal data.
    """

    kind: EventKind
    at: datetime
    unit_id: int
    to_status: Status
    data: Mapping[str, Any] = field(default_factory=dict)


CACHED = (
    *("status", "kind", "grade", "unit_id", "passed_to_id", "assignee_id", "calendar", "derivation"),
    *("received_at", "check_due_at", "checked_at", "accepted_at", "settle_due_at", "settled_at"),
    *("answer_due_at", "answered_at", "due_at", "next_due_at", "finished_at", "extensions", "reopened", "outcome"),
    "draft",
)
"""The columns of a case that its events decide; fields of `State` by the same names."""


@dataclass(frozen=True, slots=True)
class State:
    """What the row of the case must say. All instants are aware.

    `due_at` is the time that decides whether the case was on time, met or missed by `finished_at`; `next_due_at` the
    time of what is owed next, None when nothing is. A clock that has ended keeps its date. `checked_at`: when the
    case was accepted, refused or transferred.
    `draft`: number of the act whose draft of an answer waits for approval; 0 for none.
    """

    status: Status | None = None
    kind: str = ""
    grade: str = Grade.NORMAL.value
    unit_id: int | None = None
    passed_to_id: int | None = None
    assignee_id: int | None = None
    calendar: int = 0
    derivation: dict[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None
    check_due_at: datetime | None = None
    checked_at: datetime | None = None
    accepted_at: datetime | None = None
    settle_due_at: datetime | None = None
    settled_at: datetime | None = None
    answer_due_at: datetime | None = None
    answered_at: datetime | None = None
    due_at: datetime | None = None
    next_due_at: datetime | None = None
    finished_at: datetime | None = None
    extensions: int = 0
    reopened: int = 0
    outcome: str = ""
    draft: int = 0
    last_at: datetime | None = None


_CLOCK_EVENTS: Final = {
    EventKind.RECEIVED: ClockEventKind.RECEIVE,
    EventKind.SORTED: ClockEventKind.SORT,
    EventKind.GRADED: ClockEventKind.GRADE,
    EventKind.EXTENDED: ClockEventKind.EXTEND,
    EventKind.ACCEPTED: ClockEventKind.ACCEPT,
    EventKind.SETTLED: ClockEventKind.SETTLE,
    EventKind.REOPENED: ClockEventKind.REOPEN,
    EventKind.SUPPLEMENT_ASKED: ClockEventKind.PAUSE,
    EventKind.SUSPENDED: ClockEventKind.PAUSE,
    EventKind.SUPPLEMENTED: ClockEventKind.RESUME,
    EventKind.RESUMED: ClockEventKind.RESUME,
    EventKind.RECALENDARED: ClockEventKind.CALENDAR,
    EventKind.CALENDAR_UNDONE: ClockEventKind.UNDO,
}
_ENDS: Final = {
    EventKind.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    EventKind.TRANSFERRED: Outcome.TRANSFERRED,
    EventKind.WITHDRAWN: Outcome.WITHDRAWN,
}


def state_of(events: Iterable[EventRecord], calendar_of: CalendarOf) -> State:
    """Fold events, in order, into the state they leave. Raises ImpossibleHistory for an illegal move or time."""
    replay = Replay(calendar_of)
    for event in events:
        replay.apply(event)
    return replay.state


class Replay:
    """Applies events one by one: the state so far, the clock events behind its dates, and the rules in force for
    it."""

    def __init__(self, calendar_of: CalendarOf) -> None:
        self.calendar_of = calendar_of
        self.state = State()
        self.acts: list[ClockEvent] = []
        self.rules: Rules | None = None
        self.number = 0
        self.earlier: list[dict[str, str]] = []

    def apply(self, event: EventRecord) -> None:
        """Raises ImpossibleHistory."""
        self._check(event)
        self.number += 1
        before = self.state
        now = replace(
            before,
            status=event.to_status,
            calendar=event.data.get("calendar", before.calendar),
            last_at=event.at,
            unit_id=before.unit_id or event.unit_id,
            draft=self._draft(event),
        )
        self.state = self._decided(self._placed(now, event), event)
        what = _CLOCK_EVENTS.get(event.kind)
        if what is not None:
            self.acts.append(self._act(what, event))
        self._date(before, event, what)

    def _check(self, event: EventRecord) -> None:
        if not may_happen(event.kind, self.state.status, event.to_status):
            raise ImpossibleHistory(f"{event.kind}: {self.state.status!r} → {event.to_status!r}")
        if self.state.last_at is not None and event.at < self.state.last_at:
            raise ImpossibleHistory(f"{event.kind} is earlier than the event before it")
        assert self.rules is not None or event.kind is EventKind.RECEIVED
        if event.kind is EventKind.EXTENDED and self.state.extensions >= len(self._rules.extensions):
            raise ImpossibleHistory("more extensions than the law allows")
        answers_at_once = event.kind is EventKind.ANSWERED and self.state.status is Status.SETTLING
        if answers_at_once and self._rules.decided_by is DecidedBy.SETTLED:
            raise ImpossibleHistory("a decision comes before its answer")

    def _draft(self, event: EventRecord) -> int:
        """A change of status discards the draft."""
        if event.kind is EventKind.DRAFTED:
            return self.number
        if event.kind is EventKind.DRAFT_RETURNED or event.to_status is not self.state.status:
            return 0
        return self.state.draft

    @property
    def _rules(self) -> Rules:
        assert self.rules is not None
        return self.rules

    def _placed(self, now: State, event: EventRecord) -> State:
        """Which unit and officer have it now."""
        data = event.data
        match event.kind:
            case EventKind.SORTED if "unit" in data:
                return replace(now, unit_id=data["unit"], assignee_id=None)
            case EventKind.PASSED_ON:
                return replace(now, passed_to_id=data["unit"])
            case EventKind.TAKEN_OVER:
                self._must_be_passed_on()
                return replace(now, unit_id=now.passed_to_id, passed_to_id=None, assignee_id=None)
            case EventKind.SENT_BACK:
                self._must_be_passed_on()
                return replace(now, passed_to_id=None)
            case EventKind.ASSIGNED:
                return replace(now, assignee_id=data["person"])
            case EventKind.CONTINUED:
                return _at_successors(now, data["units"])
            case _:
                return now

    def _must_be_passed_on(self) -> None:
        if self.state.passed_to_id is None:
            raise ImpossibleHistory("the case was not passed on to anybody")

    def _decided(self, now: State, event: EventRecord) -> State:
        """Kind, grade and outcome, all but the dates."""
        data, at = event.data, event.at
        if "rules" in data:
            self.rules = Rules.from_json(data["rules"])
            now = replace(now, kind=Kind(data["kind"]).value)
        if "grade" in data:
            now = replace(now, grade=Grade(data["grade"]).value)
        if event.kind in _ENDS:
            checked = at if self.state.status in UNDECIDED else now.checked_at
            return replace(now, checked_at=checked, finished_at=at, outcome=_ENDS[event.kind].value)
        return self._advanced(now, event)

    def _advanced(self, now: State, event: EventRecord) -> State:
        """When it was received, accepted, settled, answered."""
        data, at = event.data, event.at
        match event.kind:
            case EventKind.RECEIVED:
                return replace(now, received_at=at)
            case EventKind.ACCEPTED:
                return replace(now, checked_at=at, accepted_at=at)
            case EventKind.EXTENDED:
                return replace(now, extensions=now.extensions + 1)
            case EventKind.SETTLED:
                return replace(now, settled_at=at, outcome=data["outcome"], finished_at=self._ends_by("settled", at))
            case EventKind.ANSWERED:
                outcome = data.get("outcome", now.outcome)
                ended = now.finished_at or self._ends_by("answered", at)
                return replace(now, answered_at=at, outcome=outcome, finished_at=ended)
            case EventKind.REOPENED:
                again = replace(now, settled_at=None, answered_at=None, finished_at=None, outcome="")
                return replace(again, extensions=0, reopened=now.reopened + 1)
            case _:
                return now

    def _ends_by(self, name: str, at: datetime) -> datetime | None:
        return at if self._rules.decided_by == name else None

    def _act(self, what: ClockEventKind, event: EventRecord) -> ClockEvent:
        data = event.data
        return ClockEvent(
            what,
            event.at,
            self.state.calendar,
            self.number,
            rules=self.rules if "rules" in data else None,
            grade=Grade(data["grade"]) if "grade" in data else None,
            number=data.get("undo", 0),
            is_longer=bool(data.get("longer")),
        )

    def _date(self, before: State, event: EventRecord, what: ClockEventKind | None) -> None:
        clocks = fold(self.acts, self.calendar_of)
        now, status = self.state, self.state.status
        answer_due_at = clocks.answer.due_at if clocks.answer else None
        if now.finished_at is not None and before.finished_at is not None:  # met or missed: its figures are counted
            owed = (answer_due_at or now.due_at) if status is Status.SETTLED else None
            self.state = replace(now, answer_due_at=answer_due_at, next_due_at=owed)
            return
        self._note_earlier_promise(before, event, what, clocks)
        done_checking = now.checked_at is not None and before.checked_at is not None
        self.state = replace(
            now,
            check_due_at=before.check_due_at if done_checking else clocks.check.due_at,
            settle_due_at=clocks.settle.due_at if clocks.settle else None,
            answer_due_at=answer_due_at,
            due_at=clocks.deciding.due_at,
            next_due_at=_next_due_at(clocks, status),
            derivation=self._derivation(clocks),
        )

    def _note_earlier_promise(
        self, before: State, event: EventRecord, what: ClockEventKind | None, clocks: Clocks
    ) -> None:
        """Record the promise that this event replaces; a clock that begins has no earlier promise."""
        if what in {ClockEventKind.ACCEPT, ClockEventKind.REOPEN, ClockEventKind.RECEIVE}:
            self.earlier = []
            return
        if before.due_at is None or what is None or clocks.deciding.due_at == before.due_at:
            return
        since = event.at
        pauses = clocks.deciding.pauses
        if what is ClockEventKind.RESUME and pauses:
            since = pauses[-1].since
        moments = {"from": since, "until": event.at, "due": before.due_at}
        why = "pause" if what is ClockEventKind.RESUME else what.value
        self.earlier.append({"why": why} | {name: local(moment).isoformat() for name, moment in moments.items()})

    def _derivation(self, clocks: Clocks) -> dict[str, Any]:
        assert clocks.deciding.due is not None
        derivation = clocks.deciding.due.as_json()
        return derivation | {"earlier": list(self.earlier)} if self.earlier else derivation


def _at_successors(now: State, successors: Mapping[str, int]) -> State:
    """At the successors. A case on its way to the unit that now has it has arrived."""
    unit, to = successors.get(str(now.unit_id), now.unit_id), successors.get(str(now.passed_to_id), now.passed_to_id)
    return replace(now, unit_id=unit, passed_to_id=None if to == unit else to)


def _next_due_at(clocks: Clocks, status: Status | None) -> datetime | None:
    if status is Status.SETTLED:
        return clocks.answer.due_at if clocks.answer else clocks.deciding.due_at
    return clocks.deciding.due_at if status in OPEN else None
