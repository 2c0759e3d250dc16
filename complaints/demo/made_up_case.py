"""The events of one made-up case, from receipt to the answer. No database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from complaints.clock.clocks import CalendarOf
from complaints.clock.replay import EventRecord, Replay
from complaints.clock.rules import DecidedBy, Grade, Rules
from complaints.clock.states import LEADS_TO, EventKind, Kind, Outcome, Status
from units.clock.working_calendar import WorkingCalendar

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What a made-up case is. `unit_id` receives and settles it."""

    kind: Kind
    rules: Rules
    unit_id: int
    received_at: datetime
    edition: int


class MadeUpCase:
    """One case until `now`: its `events`, and their `replay`."""

    def __init__(self, plan: CasePlan, calendar_of: CalendarOf, now: datetime) -> None:
        self.plan, self.now = plan, now
        self.calendar: WorkingCalendar = calendar_of(plan.edition)
        self.replay = Replay(calendar_of)
        self.events: list[EventRecord] = []

    def act(self, kind: EventKind, at: datetime, /, **data: Any) -> bool:
        """Whether it has happened by now."""
        if at > self.now:
            return False
        state = self.replay.state
        to = LEADS_TO.get(kind) or state.status or Status.NEW
        event = EventRecord(kind, at, self.plan.unit_id, to, data)
        self.replay.apply(event)
        self.events.append(event)
        return True

    def after(self, at: datetime, hours: float) -> datetime:
        """So many working hours later."""
        return self.calendar.advance(at, hours * _HOUR)

    def moment_between(self, start: datetime, due: datetime, part: float) -> datetime:
        """The moment at which that share of the working time between is used."""
        return self.calendar.advance(start, self.calendar.worked_time_between(start, due) * part)


def make_up_case(
    plan: CasePlan, chances: dict[str, Any], rng: Random, calendar_of: CalendarOf, now: datetime
) -> MadeUpCase:
    """All events of one case that happen by `now`."""
    case = MadeUpCase(plan, calendar_of, now)
    for has_happened in _acts(case, chances, rng):
        if not has_happened:
            break
    return case


def _acts(case: MadeUpCase, chances: dict[str, Any], rng: Random) -> Iterator[bool]:
    plan, replay = case.plan, case.replay
    grade = _grade(plan, rng)
    first = {"kind": plan.kind.value, "rules": plan.rules.as_json(), "grade": grade.value, "calendar": plan.edition}
    yield case.act(EventKind.RECEIVED, plan.received_at, **first)
    sorted_at = case.after(plan.received_at, rng.uniform(0.2, 3))
    yield case.act(EventKind.SORTED, sorted_at)
    if rng.random() < chances["supplement"]:
        yield case.act(EventKind.SUPPLEMENT_ASKED, case.after(sorted_at, 1))
        sorted_at = case.after(sorted_at, rng.uniform(8, 30))
        yield case.act(EventKind.SUPPLEMENTED, sorted_at)
    check_due = replay.state.check_due_at
    assert check_due is not None
    late = rng.random() < chances["late"]
    checked_at = case.moment_between(
        sorted_at, check_due, rng.uniform(1.05, 1.3) if late and rng.random() < 0.2 else rng.random()
    )
    chance = rng.random()
    for kind, name in _ENDS:
        if chance < chances[name]:
            yield case.act(kind, checked_at, **_end_data(kind, plan, rng))
            return
        chance -= chances[name]
    yield case.act(EventKind.ACCEPTED, checked_at)
    started_at = case.after(checked_at, rng.uniform(0, 2))
    yield case.act(EventKind.STARTED, started_at)
    yield from _settled(case, started_at, late, rng)
    answered_at = replay.state.answered_at
    if answered_at is None:
        return
    if rng.random() < chances["reopened"] and plan.rules.reopen:
        back_at = case.after(answered_at, rng.uniform(4, 30))
        yield case.act(EventKind.REOPENED, back_at)
        yield from _settled(case, back_at, late=False, rng=rng)
        answered_at = replay.state.answered_at or case.now
    yield case.act(EventKind.CLOSED, case.after(answered_at, 120))


_ENDS: Final = (
    (EventKind.NOT_ACCEPTED, "refused"),
    (EventKind.TRANSFERRED, "transferred"),
    (EventKind.WITHDRAWN, "withdrawn"),
)


_BODIES: Final = ["Sở Xây dựng Hà Nội", "Công an quận", "Công ty Cấp nước", "Điện lực Hai Bà Trưng"]
_GROUNDS: Final = {
    Kind.GRIEVANCE: "out-of-time",
    Kind.DENUNCIATION: "no-evidence",
    Kind.DENUNCIATION_INFO: "no-evidence",
}


def _settled(case: MadeUpCase, started_at: datetime, late: bool, rng: Random) -> Iterator[bool]:
    """From the beginning of the work to the answer."""
    rules, due = case.plan.rules, case.replay.state.due_at
    assert due is not None
    part = rng.uniform(1.05, 1.6) if late else rng.triangular(0.1, 0.98, 0.7)
    done_at = case.moment_between(started_at, due, part)
    outcome = {"outcome": _outcome(case.plan.kind, rng).value}
    if rules.decided_by is DecidedBy.ANSWERED:
        yield case.act(EventKind.ANSWERED, done_at, **outcome)
        return
    yield case.act(EventKind.SETTLED, done_at, **outcome)
    answer_due = case.replay.state.answer_due_at
    yield case.act(
        EventKind.ANSWERED, case.moment_between(done_at, answer_due, rng.random()) if answer_due else done_at
    )


def _grade(plan: CasePlan, rng: Random) -> Grade:
    if plan.kind is Kind.FIELD_REPORT:
        return rng.choices([Grade.NORMAL, Grade.URGENT, Grade.COMPLEX], [70, 20, 10])[0]
    if Grade.COMPLEX in plan.rules.settle and rng.random() < 0.12:
        return Grade.COMPLEX
    return Grade.NORMAL


def _outcome(kind: Kind, rng: Random) -> Outcome:
    match kind:
        case Kind.GRIEVANCE | Kind.DENUNCIATION | Kind.DENUNCIATION_INFO:
            return rng.choices([Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.REJECTED], [20, 25, 55])[0]
        case Kind.QUESTION | Kind.PRAISE:
            return Outcome.EXPLAINED
        case _:
            return rng.choices([Outcome.DEALT_WITH, Outcome.EXPLAINED], [70, 30])[0]


def _end_data(kind: EventKind, plan: CasePlan, rng: Random) -> dict[str, str]:
    if kind is EventKind.TRANSFERRED:
        return {"body": rng.choice(_BODIES)}
    return {"ground": _GROUNDS.get(plan.kind, "repeated")} if kind is EventKind.NOT_ACCEPTED else {}
