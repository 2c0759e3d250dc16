"""Every clock of one dossier as a pure fold over the acts that touch time.

An act says what happened, when, and which edition of the calendar was known then. Folding the acts again, with a term
corrected or a calendar act left out, gives the very dates that history would have led to: corrections and undone
calendar changes need no arithmetic of their own.

- `promise` and `law` are the committed and the statutory term; `again` is the date of a re-appointment, which never
  replaces the promise.
- Each leg of the internal process has a planned end, and from the moment it is taken over a time of its own: an office
  that gets a dossier late still has its full share, one that gets it early may use what others saved.

Sources: Decree 61/2018/ND-CP, articles 17 to 20; the portal's policy that a pause gives back exactly the working time
that was left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from units.clock.due_dates import Term, WorkingCalendar
from units.clock.pauses import Clock
from units.clock.working_calendar import local

CalendarOf = Callable[[int], WorkingCalendar]
"""The working calendar of the dossier's desk in a numbered edition."""

HOURS_A_DAY: Final = 8
SET_BY_CLERK = "set_by_clerk"
CARRIED_OVER = "carried_over"
"""How a due date came about that no term explains: chosen at the desk, or found in a register kept before."""


class Carried(StrEnum):
    """A dossier from a register kept before the portal, still open or over when it came."""

    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Planned:
    """One leg as planned: the unit, its working hours of the term, its step; equal `group`s run together."""

    unit_id: int
    hours: int
    step_id: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised: two terms, or a moment chosen by the clerk or found in an old register; and the legs that
    share the time."""

    promised: Term | None
    statutory: Term | None
    due_at: datetime | None
    plan: tuple[Planned, ...]
    carried: Carried | None = None

    @property
    def rule(self) -> str:
        """Why the date is what it is, where no term says so."""
        return CARRIED_OVER if self.carried else SET_BY_CLERK


class ClockEventKind(StrEnum):
    START = "start"
    RESTART = "supplement"
    PAUSE = "pause"
    RESUME = "resume"
    AGAIN = "again"
    LEG = "leg"
    CALENDAR = "calendar"
    UNDO = "calendar_undone"
    CORRECT = "correction"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """`terms` with START and CORRECT, `moment` with AGAIN (the new date) and LEG (since when its time runs), `number`
    with LEG (its position) and UNDO (the event number of the calendar act); `event` is the number of its event."""

    what: ClockEventKind
    at: datetime
    edition: int
    event: int = 0
    terms: Terms | None = None
    moment: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks after some acts. `earlier` tells every change of the promise: why, from, until, due before it."""

    terms: Terms
    started_at: datetime
    promise: Clock
    law: Clock | None
    plan: tuple[Clock, ...]
    own: dict[int, Clock] = field(default_factory=dict)
    again: Clock | None = None
    earlier: tuple[dict[str, str], ...] = ()

    @property
    def leading(self) -> Clock:
        """The clock that runs out first: a promise never outlasts the law, whatever the calendar does to it."""
        return min(self.promise, self.law or self.promise, key=lambda clock: clock.due_at)

    @property
    def due_at(self) -> datetime:
        return self.leading.due_at

    def leg_due(self, position: int) -> datetime:
        """When a leg should be left: as planned, or after its full share when it came late."""
        planned = min(self.plan[position].due_at, self.due_at)
        own = self.own.get(position)
        return max(planned, own.due_at) if own else planned

    def derivation(self) -> dict[str, Any]:
        """The stored explanation; see `DueDate.as_json`, with `earlier` where the promise ever moved."""
        due, by_hand = self.leading.due, {"rule": self.terms.rule, "due": self.promise.due_at.isoformat()}
        told: dict[str, Any] = due.as_json() if due else by_hand
        return told | {"earlier": list(self.earlier)} if self.earlier else told


def fold(acts: Sequence[ClockEvent], calendar_of: CalendarOf) -> Clocks:
    """The clocks after all acts, in order; the first one is a START."""
    clocks = _start(acts[0], calendar_of)
    for number, act in enumerate(acts[1:], 1):
        clocks = after(clocks, acts[:number], act, calendar_of)
    return clocks


def after(clocks: Clocks, told: Sequence[ClockEvent], act: ClockEvent, calendar_of: CalendarOf) -> Clocks:
    """The clocks after one more act; `told` are the acts that led to `clocks`."""
    calendar = calendar_of(act.edition)
    match act.what:
        case ClockEventKind.PAUSE:
            return _every(clocks, lambda clock: _paused(clock, act.at, calendar))
        case ClockEventKind.RESUME:
            return _noted(clocks, act, _every(clocks, lambda clock: _resumed(clock, act.at, calendar)))
        case ClockEventKind.RESTART:
            return _noted(clocks, act, _restarted(clocks, act, calendar))
        case ClockEventKind.AGAIN:
            assert act.moment is not None
            return replace(clocks, again=Clock(None, _worked(act.moment, calendar), calendar))
        case ClockEventKind.LEG:
            return replace(clocks, own=clocks.own | {act.number: _own(clocks, act, calendar)})
        case ClockEventKind.CALENDAR:
            return _noted(clocks, act, _spared(clocks, fold(_on_edition(told, act.edition), calendar_of)))
        case ClockEventKind.UNDO:
            return _noted(clocks, act, fold([past for past in told if past.event != act.number], calendar_of))
        case _:
            corrected = [
                replace(past, terms=act.terms) if past.what is ClockEventKind.START else past for past in told
            ]
            return _noted(clocks, act, fold(corrected, calendar_of))


def _start(act: ClockEvent, calendar_of: CalendarOf) -> Clocks:
    terms, calendar = act.terms, calendar_of(act.edition)
    assert terms is not None
    if terms.promised is None:
        assert terms.due_at is not None
        promise = Clock(None, _by_hand(terms, terms.due_at, calendar), calendar)
        law = promise if terms.carried else None
    else:
        promise = Clock.start(act.at, terms.promised, calendar)
        same = terms.statutory in {None, terms.promised}
        law = promise if same or terms.statutory is None else Clock.start(act.at, terms.statutory, calendar)
    due_at = min(promise.due_at, law.due_at if law else promise.due_at)
    ends = planned_ends(terms.plan, act.at, due_at, calendar)
    return Clocks(terms, act.at, promise, law, tuple(Clock(None, end, calendar) for end in ends))


def _spared(before: Clocks, changed: Clocks) -> Clocks:
    """A change of the calendar takes no time from an office: a leg is never due earlier than it was, unless the
    promise itself now is."""
    plan = zip(before.plan, changed.plan, strict=True)
    return replace(
        changed,
        plan=tuple(max(pair, key=lambda clock: clock.due_at) for pair in plan),
        own={
            position: max(before.own.get(position, clock), clock, key=lambda one: one.due_at)
            for position, clock in changed.own.items()
        },
    )


def _by_hand(terms: Terms, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """What was over before it came here is measured by the promise as it was written, on a day off too."""
    return due_at if terms.carried is Carried.OVER else _worked(due_at, calendar)


def _worked(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """A date set by hand; the closing of the next working day where its own became a day off since."""
    day = local(moment).date()
    return moment if calendar.is_working(day) else calendar.closing(calendar.next_working_day(day))


def _on_edition(told: Sequence[ClockEvent], edition: int) -> list[ClockEvent]:
    """The same acts as if the calendar had always been that edition: earlier changes of it no longer matter."""
    return [
        replace(past, edition=edition)
        for past in told
        if past.what not in {ClockEventKind.CALENDAR, ClockEventKind.UNDO}
    ]


def _restarted(clocks: Clocks, act: ClockEvent, calendar: WorkingCalendar) -> Clocks:
    """The term again from zero; a date set by the clerk has no term, so it gets back what was left."""
    if clocks.promise.due is None:
        return _every(clocks, lambda clock: _resumed(clock, act.at, calendar))
    return _start(replace(act, terms=clocks.terms), lambda _: calendar)


def _every(clocks: Clocks, change: Callable[[Clock], Clock]) -> Clocks:
    promise = change(clocks.promise)
    law = promise if clocks.law is clocks.promise else clocks.law and change(clocks.law)
    return replace(
        clocks,
        promise=promise,
        law=law,
        again=clocks.again and change(clocks.again),
        plan=tuple(map(change, clocks.plan)),
        own={position: change(clock) for position, clock in clocks.own.items()},
    )


def _paused(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    """A stop ordered while payment is awaited finds the clocks stopped already."""
    return clock if clock.is_paused else replace(clock, calendar=calendar).pause(at)


def _resumed(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    return replace(clock, calendar=calendar).resume(at) if clock.is_paused else clock


def _own(clocks: Clocks, act: ClockEvent, calendar: WorkingCalendar) -> Clock:
    """The full share of a leg from the moment it came; the shrunk one where less was promised than the plan takes."""
    assert act.moment is not None
    position, hours = act.number, clocks.terms.plan[act.number].hours
    before = clocks.plan[position - 1].due_at if position else clocks.started_at
    share = max(calendar.worked_time_between(before, clocks.plan[position].due_at), timedelta(0))
    shrunk = share < timedelta(hours=hours)
    end = calendar.advance(act.moment, share) if shrunk else _after_hours(act.moment, hours, calendar)
    return Clock(None, end, calendar)


def _noted(before: Clocks, act: ClockEvent, changed: Clocks) -> Clocks:
    """With one more line about why the promise is what it is."""
    pauses = before.promise.pauses
    since = (
        pauses[-1].since
        if before.promise.is_paused and act.what in {ClockEventKind.RESUME, ClockEventKind.RESTART}
        else act.at
    )
    why = {ClockEventKind.RESUME: "pause"}.get(act.what, act.what.value)
    moments = {"from": since, "until": act.at, "due": before.due_at}
    line = {"why": why} | {name: local(moment).isoformat() for name, moment in moments.items()}
    return replace(changed, earlier=(*before.earlier, line))


def planned_ends(
    plan: Iterable[Planned], start: datetime, due_at: datetime, calendar: WorkingCalendar
) -> list[datetime]:
    """When each leg's share of the term is used up; the last ones end with the promise itself.

    Whole days count as the term does: the day of receipt is not counted and a share ends at closing time. Where the
    promise holds less than the plan, every share shrinks alike, in working time.
    """
    groups = [(max(leg.hours for leg in legs), len(legs)) for legs in _together(plan)]
    ends: list[datetime] = []
    used, wanted = 0, sum(hours for hours, _ in groups)
    fits = bool(wanted) and _after_hours(start, wanted, calendar) <= due_at
    held = calendar.worked_time_between(start, due_at) if wanted and not fits else timedelta(0)
    for place, (hours, count) in enumerate(groups, 1):
        used += hours
        if place == len(groups) or due_at <= start:
            end = due_at
        elif fits:
            end = _after_hours(start, used, calendar)
        else:
            end = calendar.advance(start, held * used / wanted) if wanted else due_at
        ends.extend([min(end, due_at)] * count)
    return ends


def _together(plan: Iterable[Planned]) -> list[list[Planned]]:
    return [list(legs) for _, legs in groupby(plan, key=lambda leg: leg.group)]


def _after_hours(start: datetime, hours: int, calendar: WorkingCalendar) -> datetime:
    """A share of the term from `start`: whole days to their closing time, then what is left of hours."""
    days, rest = divmod(hours, HOURS_A_DAY)
    moment = calendar.closing(calendar.nth_working_day(local(start).date(), days)) if days else start
    return calendar.advance(moment, timedelta(hours=rest))
