"""One made-up case as a list of acts: what happens, when, on the way from receipt to the answer. No database."""

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
class Plan:
    """What a made-up case is. `unit_id` receives and settles it."""

    kind: Kind
    rules: Rules
    unit_id: int
    received_at: datetime
    edition: int


class Life:
    """Tells one case until `now`; `events` are what happened, `story` where they lead."""

    def __init__(self, plan: Plan, calendar_of: CalendarOf, now: datetime) -> None:
        self.plan, self.now = plan, now
        self.calendar: WorkingCalendar = calendar_of(plan.edition)
        self.story = Replay(calendar_of)
        self.events: list[EventRecord] = []

    def act(self, kind: EventKind, at: datetime, /, **data: Any) -> bool:
        """Whether it has happened by now."""
        if at > self.now:
            return False
        state = self.story.state
        to = LEADS_TO.get(kind) or state.status or Status.NEW
        event = EventRecord(kind, at, self.plan.unit_id, to, data)
        self.story.apply(event)
        self.events.append(event)
        return True

    def after(self, at: datetime, hours: float) -> datetime:
        """So many working hours later."""
        return self.calendar.advance(at, hours * _HOUR)

    def share(self, start: datetime, due: datetime, part: float) -> datetime:
        """The moment at which that part of the working time between is used."""
        return self.calendar.advance(start, self.calendar.worked_time_between(start, due) * part)


def live(plan: Plan, chances: dict[str, Any], rng: Random, calendar_of: CalendarOf, now: datetime) -> Life:
    """The whole life of one case as far as it has come by `now`."""
    life = Life(plan, calendar_of, now)
    for told in _acts(life, chances, rng):
        if not told:
            break
    return life


def _acts(life: Life, chances: dict[str, Any], rng: Random) -> Iterator[bool]:
    plan, state = life.plan, life.story
    grade = _grade(plan, rng)
    first = {"kind": plan.kind.value, "rules": plan.rules.as_json(), "grade": grade.value, "calendar": plan.edition}
    yield life.act(EventKind.RECEIVED, plan.received_at, **first)
    sorted_at = life.after(plan.received_at, rng.uniform(0.2, 3))
    yield life.act(EventKind.SORTED, sorted_at)
    if rng.random() < chances["supplement"]:
        yield life.act(EventKind.SUPPLEMENT_ASKED, life.after(sorted_at, 1))
        sorted_at = life.after(sorted_at, rng.uniform(8, 30))
        yield life.act(EventKind.SUPPLEMENTED, sorted_at)
    check_due = state.state.check_due_at
    assert check_due is not None
    late = rng.random() < chances["late"]
    checked_at = life.share(
        sorted_at, check_due, rng.uniform(1.05, 1.3) if late and rng.random() < 0.2 else rng.random()
    )
    chance = rng.random()
    for kind, name in _ENDS:
        if chance < chances[name]:
            yield life.act(kind, checked_at, **_end_data(kind, plan, rng))
            return
        chance -= chances[name]
    yield life.act(EventKind.ACCEPTED, checked_at)
    started_at = life.after(checked_at, rng.uniform(0, 2))
    yield life.act(EventKind.STARTED, started_at)
    yield from _settled(life, started_at, late, rng)
    answered_at = state.state.answered_at
    if answered_at is None:
        return
    if rng.random() < chances["reopened"] and plan.rules.reopen:
        back_at = life.after(answered_at, rng.uniform(4, 30))
        yield life.act(EventKind.REOPENED, back_at)
        yield from _settled(life, back_at, late=False, rng=rng)
        answered_at = state.state.answered_at or life.now
    yield life.act(EventKind.CLOSED, life.after(answered_at, 120))


_ENDS: Final = (
    (EventKind.NOT_ACCEPTED, "refused"),
    (EventKind.TRANSFERRED, "transferred"),
    (EventKind.WITHDRAWN, "withdrawn"),
)


_BODIES: Final = ("Sở Xây dựng Hà Nội", "Công an quận", "Công ty Cấp nước", "Điện lực Hai Bà Trưng")
_GROUNDS: Final = {
    Kind.GRIEVANCE: "out-of-time",
    Kind.DENUNCIATION: "no-evidence",
    Kind.DENUNCIATION_INFO: "no-evidence",
}


def _settled(life: Life, started_at: datetime, late: bool, rng: Random) -> Iterator[bool]:
    """From the beginning of the work to the answer."""
    rules, due = life.plan.rules, life.story.state.due_at
    assert due is not None
    part = rng.uniform(1.05, 1.6) if late else rng.triangular(0.1, 0.98, 0.7)
    done_at = life.share(started_at, due, part)
    outcome = {"outcome": _outcome(life.plan.kind, rng).value}
    if rules.decided_by is DecidedBy.ANSWERED:
        yield life.act(EventKind.ANSWERED, done_at, **outcome)
        return
    yield life.act(EventKind.SETTLED, done_at, **outcome)
    answer_due = life.story.state.answer_due_at
    yield life.act(EventKind.ANSWERED, life.share(done_at, answer_due, rng.random()) if answer_due else done_at)


def _grade(plan: Plan, rng: Random) -> Grade:
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


def _end_data(kind: EventKind, plan: Plan, rng: Random) -> dict[str, str]:
    if kind is EventKind.TRANSFERRED:
        return {
            "body": rng.choice(["Sở Xây dựng Hà Nội", "Công an quận", "Công ty Cấp nước", "Điện lực Hai Bà Trưng"])
        }
    if kind is EventKind.NOT_ACCEPTED:
        known = {
            Kind.GRIEVANCE: "out-of-time",
            Kind.DENUNCIATION: "no-evidence",
            Kind.DENUNCIATION_INFO: "no-evidence",
        }
        return {"ground": known.get(plan.kind, "repeated")}
    return {}
