"""All clocks of one dossier, computed by folding its clock events. Pure.

A clock event says what happened, when, and under which edition of the calendar. To correct a term or to undo a
calendar change, the events are folded again with the term replaced or the calendar event left out; neither needs
arithmetic of its own.

- `promise` and `law` are the committed and the statutory term; `again` is the date of a re-appointment, which never
  replaces the promise.
- Each leg of the internal process has a planned end and, once taken over, a due time of its own: an office that
  receives a dossier late still has its full share of the term, one that receives it early may use what others saved.

Sources: Decree 61/2018/ND-CP, articles 17 to 20. Policy of the portal: after a pause exactly the working time that was
left remains.
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
"""Returns the working calendar of the dossier's desk by the number of the edition."""

HOURS_A_DAY: Final = 8
SET_BY_CLERK = "set_by_clerk"
CARRIED_OVER = "carried_over"
"""Rules of due dates that follow from no term: chosen by the clerk, or copied from an old register."""


class Carried(StrEnum):
    """A dossier imported from an old register: still open at import, or already finished."""

    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """One planned leg: unit, share of the term in working hours, step. Legs of one `group` run in parallel."""

    unit_id: int
    hours: int
    step_id: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """The promised and the statutory term, or `due_at` chosen by the clerk or copied from an old register; and the
    legs that share the time."""

    promised: Term | None
    statutory: Term | None
    due_at: datetime | None
    plan: tuple[PlannedLeg, ...]
    carried: Carried | None = None

    @property
    def rule(self) -> str:
        """The rule of a due date without a term."""
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
    """One event that affects the clocks.

    `terms` belongs to START and CORRECT; `moment` to AGAIN (the new date) and LEG (when its time starts); `number` to
    LEG (its position) and UNDO (the number of the calendar event undone). `event` is the number of the dossier's
    event."""

    what: ClockEventKind
    at: datetime
    edition: int
    event: int = 0
    terms: Terms | None = None
    moment: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks after some events. `earlier` lists changes of the promise: why, from, until, due before."""

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
        """The clock that ends first: a promise never exceeds the statutory limit."""
        return min(self.promise, self.law or self.promise, key=lambda clock: clock.due_at)

    @property
    def due_at(self) -> datetime:
        return self.leading.due_at

    def leg_due(self, position: int) -> datetime:
        """When a leg is due: as planned, or after its full share where it started late."""
        planned = min(self.plan[position].due_at, self.due_at)
        own = self.own.get(position)
        return max(planned, own.due_at) if own else planned

    def derivation(self) -> dict[str, Any]:
        """The stored derivation: `DueDate.as_json`, with `earlier` where the promise ever moved."""
        due, by_hand = self.leading.due, {"rule": self.terms.rule, "due": self.promise.due_at.isoformat()}
        stored: dict[str, Any] = due.as_json() if due else by_hand
        return stored | {"earlier": list(self.earlier)} if self.earlier else stored


def fold(acts: Sequence[ClockEvent], calendar_of: CalendarOf) -> Clocks:
    """Returns the clocks after all events; the first event is a START."""
    clocks = _start(acts[0], calendar_of)
    for number, act in enumerate(acts[1:], 1):
        clocks = apply_event(clocks, acts[:number], act, calendar_of)
    return clocks


def apply_event(clocks: Clocks, past: Sequence[ClockEvent], act: ClockEvent, calendar_of: CalendarOf) -> Clocks:
    """Returns the clocks after one more event; `past` are the events that led to `clocks`."""
    calendar = calendar_of(act.edition)
    match act.what:
        case ClockEventKind.PAUSE:
            return _change_all(clocks, lambda clock: _paused(clock, act.at, calendar))
        case ClockEventKind.RESUME:
            return _with_change_noted(
                clocks, act, _change_all(clocks, lambda clock: _resumed(clock, act.at, calendar))
            )
        case ClockEventKind.RESTART:
            return _with_change_noted(clocks, act, _restarted(clocks, act, calendar))
        case ClockEventKind.AGAIN:
            assert act.moment is not None
            return replace(clocks, again=Clock(None, _on_working_day(act.moment, calendar), calendar))
        case ClockEventKind.LEG:
            return replace(clocks, own=clocks.own | {act.number: _leg_clock(clocks, act, calendar)})
        case ClockEventKind.CALENDAR:
            return _with_change_noted(
                clocks, act, _keep_leg_time(clocks, fold(_on_edition(past, act.edition), calendar_of))
            )
        case ClockEventKind.UNDO:
            return _with_change_noted(clocks, act, fold([one for one in past if one.event != act.number], calendar_of))
        case _:
            corrected = [replace(one, terms=act.terms) if one.what is ClockEventKind.START else one for one in past]
            return _with_change_noted(clocks, act, fold(corrected, calendar_of))


def _start(act: ClockEvent, calendar_of: CalendarOf) -> Clocks:
    terms, calendar = act.terms, calendar_of(act.edition)
    assert terms is not None
    if terms.promised is None:
        assert terms.due_at is not None
        promise = Clock(None, _hand_set_date(terms, terms.due_at, calendar), calendar)
        law = promise if terms.carried else None
    else:
        promise = Clock.start(act.at, terms.promised, calendar)
        same = terms.statutory in {None, terms.promised}
        law = promise if same or terms.statutory is None else Clock.start(act.at, terms.statutory, calendar)
    due_at = min(promise.due_at, law.due_at if law else promise.due_at)
    ends = planned_ends(terms.plan, act.at, due_at, calendar)
    return Clocks(terms, act.at, promise, law, tuple(Clock(None, end, calendar) for end in ends))


def _keep_leg_time(before: Clocks, changed: Clocks) -> Clocks:
    """A calendar change never makes a leg due earlier than before, unless the promise itself now ends earlier."""
    plan = zip(before.plan, changed.plan, strict=True)
    return replace(
        changed,
        plan=tuple(max(pair, key=lambda clock: clock.due_at) for pair in plan),
        own={
            position: max(before.own.get(position, clock), clock, key=lambda one: one.due_at)
            for position, clock in changed.own.items()
        },
    )


def _hand_set_date(terms: Terms, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """A dossier finished before import keeps the date of the register, even on a day off."""
    return due_at if terms.carried is Carried.OVER else _on_working_day(due_at, calendar)


def _on_working_day(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """Moves a date set by hand to the closing time of the next working day where its day became a day off."""
    day = local(moment).date()
    return moment if calendar.is_working(day) else calendar.closing(calendar.next_working_day(day))


def _on_edition(past: Sequence[ClockEvent], edition: int) -> list[ClockEvent]:
    """The events as if the calendar had always been that edition, without earlier calendar changes."""
    return [
        replace(one, edition=edition) for one in past if one.what not in {ClockEventKind.CALENDAR, ClockEventKind.UNDO}
    ]


def _restarted(clocks: Clocks, act: ClockEvent, calendar: WorkingCalendar) -> Clocks:
    """Restarts the term from zero. A date set by the clerk has no term: the remaining time runs on."""
    if clocks.promise.due is None:
        return _change_all(clocks, lambda clock: _resumed(clock, act.at, calendar))
    return _start(replace(act, terms=clocks.terms), lambda _: calendar)


def _change_all(clocks: Clocks, change: Callable[[Clock], Clock]) -> Clocks:
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
    """The clock is already paused where a stop is ordered while a payment is awaited."""
    return clock if clock.is_paused else replace(clock, calendar=calendar).pause(at)


def _resumed(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    return replace(clock, calendar=calendar).resume(at) if clock.is_paused else clock


def _leg_clock(clocks: Clocks, act: ClockEvent, calendar: WorkingCalendar) -> Clock:
    """The leg's full share from the moment it started; a reduced share where the promise is shorter than the plan."""
    assert act.moment is not None
    position, hours = act.number, clocks.terms.plan[act.number].hours
    before = clocks.plan[position - 1].due_at if position else clocks.started_at
    share = max(calendar.worked_time_between(before, clocks.plan[position].due_at), timedelta(0))
    shrunk = share < timedelta(hours=hours)
    end = calendar.advance(act.moment, share) if shrunk else _after_hours(act.moment, hours, calendar)
    return Clock(None, end, calendar)


def _with_change_noted(before: Clocks, act: ClockEvent, changed: Clocks) -> Clocks:
    """Adds an entry about this change of the promise to `earlier`."""
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
    plan: Iterable[PlannedLeg], start: datetime, due_at: datetime, calendar: WorkingCalendar
) -> list[datetime]:
    """Returns when each leg's share of the term ends; the last ones end with the promise itself.

    Whole days count as in the term: without the day of receipt, ending at closing time. Where the promise is shorter
    than the plan, all shares are reduced in proportion, in working time.
    """
    groups = [(max(leg.hours for leg in legs), len(legs)) for legs in _parallel_legs(plan)]
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


def _parallel_legs(plan: Iterable[PlannedLeg]) -> list[list[PlannedLeg]]:
    return [list(legs) for _, legs in groupby(plan, key=lambda leg: leg.group)]


def _after_hours(start: datetime, hours: int, calendar: WorkingCalendar) -> datetime:
    """The end of a share that starts at `start`: whole days to closing time, then the remaining hours."""
    days, rest = divmod(hours, HOURS_A_DAY)
    moment = calendar.closing(calendar.nth_working_day(local(start).date(), days)) if days else start
    return calendar.advance(moment, timedelta(hours=rest))
