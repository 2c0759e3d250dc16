"""Computes the state of a dossier from its events. Pure: no Django, no database, no clock.

Registration, every later operation and the rebuilding of a row all compute dates here, so stored rows and replayed
events cannot follow different rules. An event's dates are calculated on the calendar edition of that time; only a
calendar event moves dates by itself.

Sources: Decree 61/2018/ND-CP, articles 17 to 20 (acceptance starts the clock; a supplement requested after acceptance
restarts the term from zero once complete; one re-appointment). Policy of the portal: after a payment or an ordered
stop exactly the working time that was left remains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from dossiers.clock.clocks import (
    CARRIED_OVER,
    SET_BY_CLERK,
    CalendarOf,
    Carried,
    ClockEvent,
    ClockEventKind,
    Clocks,
    PlannedLeg,
    Terms,
    apply_event,
    fold,
)
from dossiers.clock.legs import (
    Leg,
    clock_starts,
    cut_short,
    legs_of,
    next_group,
    responsible,
)
from dossiers.clock.states import EventKind, Outcome, Status, may_happen
from units.clock.due_dates import term_from_json
from units.clock.working_calendar import WorkingCalendar, local

__all__ = [
    "CACHED",
    "CARRIED_OVER",
    "SET_BY_CLERK",
    "EventRecord",
    "ImpossibleHistory",
    "Replay",
    "State",
    "one_calendar",
    "state_of",
]


class ImpossibleHistory(ValueError):
    """The events break the table of transitions, or go back in time."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as the replay reads it. `data` may hold:

    - `calendar`: number of the calendar edition in force from this event on;
    - `procedure`, `version`, `offering`, `handler`: ids, on submission, on acceptance and on correction;
    - `promised`, `statutory`: terms as `term_as_json` gives them, on acceptance and on correction;
    - `due_at`: ISO instant chosen by the clerk where the law states the term in words only, likewise;
    - `carried`: "open" or "over" (`clocks.Carried`) on acceptance, where `due_at` is copied from an old register;
      `import` is the key of the import, `old_version` says that no version of that time is known;
    - `plan`: legs as lists of unit id, working hours, step id and group, likewise;
    - `holder`: id of the unit that holds the dossier from now on;
    - `leg`: position of the leg that is handed over, taken over, sent back or assigned;
    - `unit`: id of another unit than planned, on handing over;
    - `person`: id of the officer, on assigning; null takes the assignment back;
    - `again`: ISO instant of the new date, on re-appointment;
    - `undo`: number of the calendar event that is undone;
    - `units`: ids of successors by the ids of the units that ended, after a reorganisation;
    - `outcome`: an `Outcome`, on finishing, and `cause` of a lateness;
    - `fields`: names of the corrected particulars, never their values; the replay ignores them;
    - `why`: "unanswered", where a refusal or a stop follows from a deadline and not from a decision.
    """

    kind: EventKind
    at: datetime
    unit_id: int
    to_status: Status
    data: Mapping[str, Any] = field(default_factory=dict)


CACHED = (
    *("status", "procedure_id", "version_id", "offering_id", "desk_id", "handler_id", "holder_id", "assignee_id"),
    *("submitted_at", "received_at", "due_at", "statutory_due_at", "new_due_at", "is_late_apology"),
    *("finished_at", "returned_at", "outcome", "late_unit_id", "late_cause", "supplements", "calendar"),
    "derivation",
)
"""The columns of a dossier that are computed from its events; the same names as the fields of `State`."""


@dataclass(frozen=True, slots=True)
class State:
    """The values that the stored rows must have. All times are aware. `supplements` counts supplement requests."""

    status: Status | None = None
    procedure_id: int | None = None
    version_id: int | None = None
    offering_id: int | None = None
    desk_id: int | None = None
    handler_id: int | None = None
    holder_id: int | None = None
    assignee_id: int | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    statutory_due_at: datetime | None = None
    new_due_at: datetime | None = None
    is_late_apology: bool = False
    derivation: dict[str, Any] = field(default_factory=dict)
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    outcome: str = ""
    late_unit_id: int | None = None
    late_cause: str = ""
    supplements: int = 0
    calendar: int = 0
    legs: tuple[Leg, ...] = ()
    last_at: datetime | None = None


_EMPTY: Final = State()


def one_calendar(calendar: WorkingCalendar) -> CalendarOf:
    """Returns the same calendar for every edition; for dossiers without a history."""
    return lambda _edition: calendar


def state_of(events: Iterable[EventRecord], calendar_of: CalendarOf) -> State:
    """Replays events in order and returns the state. Raises ImpossibleHistory for an illegal transition or time."""
    replay = Replay(calendar_of)
    for event in events:
        replay.apply(event)
    return replay.state


def apology_deadline(due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Closing time of the last working day that is at least one day before the due date (article 19.9)."""
    return calendar.closing(calendar.on_or_before(local(due_at).date() - timedelta(days=1)))


class Replay:
    """The state so far and the clock events that its clocks follow from.

    `now` is changed in place for speed, since whole registers are replayed; `state` returns a snapshot.
    """

    def __init__(self, calendar_of: CalendarOf) -> None:
        self.calendar_of = calendar_of
        self.now = SimpleNamespace(**{one.name: getattr(_EMPTY, one.name) for one in fields(State)})
        self.seen: State | None = None
        self.acts: list[ClockEvent] = []
        self.clocks: Clocks | None = None
        self.number = 0

    @property
    def state(self) -> State:
        """A snapshot that later events do not change."""
        if self.seen is None:
            self.seen = State(**vars(self.now))
        return self.seen

    @property
    def calendar(self) -> WorkingCalendar:
        return self.calendar_of(self.now.calendar)

    def apply(self, event: EventRecord) -> None:
        self._check(event)
        self.number += 1
        changes: dict[str, Any] = {"status": event.to_status, "last_at": event.at}
        changes["calendar"] = event.data.get("calendar", self.now.calendar)
        if self.now.submitted_at is None:
            changes |= {"submitted_at": event.at, "desk_id": event.unit_id}
        changes["holder_id"] = event.data.get("holder", self.now.holder_id or event.unit_id)
        for name in ("procedure", "version", "offering", "handler"):
            if name in event.data:
                changes[f"{name}_id"] = event.data[name]
        vars(self.now).update(changes)
        vars(self.now).update(self._act(event))
        self.seen = None

    def _check(self, event: EventRecord) -> None:
        current = self.now
        accepted = current.received_at is not None
        if not may_happen(event.kind, current.status, event.to_status, accepted=accepted):
            raise ImpossibleHistory(f"{event.kind}: {current.status!r} → {event.to_status!r}")
        if current.last_at is not None and event.at < current.last_at:
            raise ImpossibleHistory(f"{event.kind} is earlier than the event before it")
        if event.kind is EventKind.REAPPOINTED and any(act.what is ClockEventKind.AGAIN for act in self.acts):
            raise ImpossibleHistory("a second re-appointment")

    def _act(self, event: EventRecord) -> dict[str, Any]:  # noqa: C901 - a table of kinds, one line each
        match event.kind:
            case EventKind.REGISTERED:
                return self._accept(event)
            case EventKind.CORRECTED:
                return self._correct(event)
            case EventKind.SUPPLEMENT_ASKED:
                return {"supplements": self.now.supplements + 1} | self._time(ClockEventKind.PAUSE, event)
            case EventKind.SUPPLEMENTED:
                return self._time(ClockEventKind.RESTART, event) | self._back(event)
            case EventKind.PAYMENT_ASKED | EventKind.STOPPED | EventKind.WITHDRAWAL_ASKED:
                return self._time(ClockEventKind.PAUSE, event)
            case EventKind.PAID | EventKind.RESUMED:
                return self._time(ClockEventKind.RESUME, event) | self._back(event)
            case EventKind.REAPPOINTED:
                return self._appoint_again(event)
            case EventKind.RECALENDARED:
                return self._time(ClockEventKind.CALENDAR, event)
            case EventKind.CALENDAR_UNDONE:
                return self._time(ClockEventKind.UNDO, event, number=event.data["undo"])
            case EventKind.STARTED | EventKind.TAKEN_OVER | EventKind.HANDED_OVER | EventKind.SENT_BACK:
                return self._travel(event)
            case EventKind.ASSIGNED:
                return self._assign(event)
            case EventKind.CONTINUED:
                return self._continue(event)
            case EventKind.FINISHED:
                return self._finish(event)
            case EventKind.REFUSED:
                return {"finished_at": event.at}
            case EventKind.RETURNED:
                return {"returned_at": event.at}
            case _:
                return {}

    # Time

    def _accept(self, event: EventRecord) -> dict[str, Any]:
        terms = _terms(event.data)
        changes = {"received_at": event.at} | self._time(ClockEventKind.START, event, terms=terms)
        legs = legs_of(terms.plan)
        if legs:
            first = [leg for leg in legs if leg.group == legs[0].group]
            for leg in first:
                legs[leg.position] = leg._replace(handed_over_at=event.at, accepted_at=event.at)
        return changes | {"legs": self._with_due_dates(legs)}

    def _time(self, what: ClockEventKind, event: EventRecord, **more: Any) -> dict[str, Any]:
        """Applies one more event to the clocks; nothing before acceptance."""
        if self.clocks is None and what is not ClockEventKind.START:
            return {}
        act = ClockEvent(what, event.at, self.now.calendar, self.number, **more)
        past = tuple(self.acts)
        self.acts.append(act)
        self.clocks = (
            apply_event(self.clocks, past, act, self.calendar_of) if self.clocks else fold([act], self.calendar_of)
        )
        return self._dates()

    def _dates(self) -> dict[str, Any]:
        assert self.clocks is not None
        clocks = self.clocks
        return {
            "due_at": clocks.due_at,
            "statutory_due_at": clocks.law.due_at if clocks.law else None,
            "new_due_at": clocks.again.due_at if clocks.again else None,
            "derivation": clocks.derivation(),
            "legs": self._with_due_dates(self.now.legs),
        }

    def _with_due_dates(self, legs: Iterable[Leg]) -> tuple[Leg, ...]:
        """The legs with their due dates; finished and skipped legs keep theirs."""
        clocks = self.clocks
        if clocks is None:
            return tuple(legs)
        return tuple(leg if leg.is_over else _with_due_at(leg, clocks.leg_due(leg.position)) for leg in legs)

    def _correct(self, event: EventRecord) -> dict[str, Any]:
        """Applies other terms from the same receipt; legs already reached stay, the others follow the new plan."""
        if "plan" not in event.data or self.clocks is None:
            return {}
        terms = _terms(event.data)
        reached = {leg.position: leg for leg in self.now.legs if leg.handed_over_at is not None}
        self.now.legs = tuple(reached.get(leg.position, leg) for leg in legs_of(terms.plan))
        return self._time(ClockEventKind.CORRECT, event, terms=terms)

    def _appoint_again(self, event: EventRecord) -> dict[str, Any]:
        assert self.clocks is not None
        late = event.at > apology_deadline(self.clocks.due_at, self.calendar)
        moment = datetime.fromisoformat(event.data["again"])
        return self._time(ClockEventKind.AGAIN, event, moment=moment) | {"is_late_apology": late}

    # Legs

    def _back(self, event: EventRecord) -> dict[str, Any]:
        """The dossier returns to the unit that has a leg in hand."""
        held = next((leg.unit_id for leg in self.now.legs if leg.in_hand), None)
        return {"holder_id": event.data.get("holder", held or self.now.holder_id)}

    def _travel(self, event: EventRecord) -> dict[str, Any]:
        legs = list(self.now.legs)
        if not legs:
            return {}
        match event.kind:
            case EventKind.HANDED_OVER:
                self._hand_over(legs, event)
            case EventKind.SENT_BACK:
                self._send_back(legs, event)
            case EventKind.STARTED:
                for leg in legs:
                    if leg.in_hand:
                        self._hand_over(legs, replace(event, data={"leg": leg.position}))
                for leg in [leg for leg in legs if leg.on_its_way]:
                    self._take(legs, leg, event.at)
            case _:
                self._take(legs, legs[event.data["leg"]], event.at)
        held = next((leg.unit_id for leg in legs if leg.in_hand), None)
        return {
            "legs": self._with_due_dates(legs),
            "holder_id": event.data.get("holder", held or self.now.holder_id),
            "assignee_id": next((leg.assignee_id for leg in legs if leg.in_hand), None),
        }

    def _hand_over(self, legs: list[Leg], event: EventRecord) -> None:
        leg = legs[event.data["leg"]]
        if not leg.in_hand:
            raise ImpossibleHistory(f"leg {leg.position} is not in anybody's hands")
        legs[leg.position] = leg._replace(finished_at=event.at)
        for coming in next_group(legs, leg.position):
            if coming.handed_over_at is not None:  # side by side with one that was sent back
                continue
            unit = event.data.get("unit", coming.unit_id)
            legs[coming.position] = coming._replace(unit_id=unit, handed_over_at=event.at)

    def _take(self, legs: list[Leg], leg: Leg, at: datetime) -> None:
        if not leg.on_its_way:
            raise ImpossibleHistory(f"leg {leg.position} was not handed over")
        assert leg.handed_over_at is not None
        assert self.clocks is not None
        legs[leg.position] = leg._replace(accepted_at=at)
        starts = clock_starts(leg.handed_over_at, self.calendar)
        act = ClockEvent(ClockEventKind.LEG, at, self.now.calendar, self.number, moment=starts, number=leg.position)
        self.clocks = apply_event(self.clocks, tuple(self.acts), act, self.calendar_of)
        self.acts.append(act)

    def _send_back(self, legs: list[Leg], event: EventRecord) -> None:
        """The receiver refuses the hand-over: the sender has the leg in hand again, as before it."""
        leg = legs[event.data["leg"]]
        if not leg.on_its_way:
            raise ImpossibleHistory(f"leg {leg.position} was not handed over")
        before = (one for one in legs if one.finished_at and one.group < leg.group)
        sender = max(before, key=lambda one: (one.finished_at, one.position))
        legs[sender.position] = sender._replace(finished_at=None)
        legs[leg.position] = leg._replace(handed_over_at=None)

    def _assign(self, event: EventRecord) -> dict[str, Any]:
        person = event.data["person"]
        legs = [
            leg._replace(assignee_id=person) if leg.position == event.data.get("leg", -1) else leg
            for leg in self.now.legs
        ]
        return {"assignee_id": person, "legs": tuple(legs)}

    def _continue(self, event: EventRecord) -> dict[str, Any]:
        """Transfers the dossier to the successors of reorganised units. Finished parts stay with the old unit."""
        successors = {int(old): new for old, new in event.data["units"].items()}
        legs = [
            leg if leg.is_over else leg._replace(unit_id=successors.get(leg.unit_id, leg.unit_id))
            for leg in self.now.legs
        ]
        units = {
            name: successors.get(getattr(self.now, name), getattr(self.now, name))
            for name in ("desk_id", "holder_id", *(() if self.now.finished_at else ("handler_id",)))
        }
        return units | {"legs": tuple(legs)}

    # Ends

    def _finish(self, event: EventRecord) -> dict[str, Any]:
        outcome = Outcome(event.data["outcome"])
        has_result = outcome in {Outcome.GRANTED, Outcome.DECLINED}
        legs = self._ended(event, has_result=has_result)
        changes: dict[str, Any] = {"finished_at": event.at, "outcome": outcome.value, "legs": legs}
        due_at = self.now.due_at
        if not has_result or due_at is None or event.at <= due_at:
            return changes
        late = responsible(legs, due_at, event.at)
        unit = late.unit_id if late else self.now.handler_id
        return changes | {"late_unit_id": unit, "late_cause": event.data.get("cause", "")}

    def _ended(self, event: EventRecord, *, has_result: bool) -> tuple[Leg, ...]:
        """Finishes the legs in hand and the desk's last leg; skips all others."""
        legs = self.now.legs
        if not has_result:
            return tuple(cut_short(leg, event.at) for leg in legs)
        ended = [leg._replace(finished_at=event.at) if leg.in_hand else leg for leg in legs]
        last = len(legs) - 1
        return tuple(
            leg._replace(handed_over_at=event.at, accepted_at=event.at, finished_at=event.at)
            if leg.position == last and not leg.is_over and leg.unit_id == self.now.desk_id
            else cut_short(leg, event.at)
            for leg in ended
        )


def _with_due_at(leg: Leg, due_at: datetime) -> Leg:
    return leg if leg.due_at == due_at else leg._replace(due_at=due_at)


def _terms(data: Mapping[str, Any]) -> Terms:
    plan = tuple(PlannedLeg(*leg) for leg in data.get("plan", ()))
    if "due_at" in data:
        carried = Carried(data["carried"]) if "carried" in data else None
        return Terms(None, None, datetime.fromisoformat(data["due_at"]), plan, carried)
    return Terms(term_from_json(data["promised"]), term_from_json(data["statutory"]), None, plan)
