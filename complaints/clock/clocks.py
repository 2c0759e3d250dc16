"""The clocks of one case, computed from its clock events. Pure.

Three clocks follow one another: acceptance check (from receipt), settlement (from acceptance), sending the decision
(from settlement). Each counts on the edition of the calendar in force when it began, until a change of the calendar
moves it; a pause gives back exactly the working time that was left.

An extension adds its amount to the whole term, and the end gives way to a day off only once: thirty days and thirty
more are sixty from acceptance (Law on Denunciations 2018, article 30; Law on Complaints 2011, article 28).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from complaints.clock.rules import Grade, Rules
from units.clock.due_dates import WorkingCalendar, due_date
from units.clock.pauses import Clock
from units.clock.working_calendar import OFFICE_TIME

CalendarOf = Callable[[int], WorkingCalendar]
"""The working calendar of the receiving unit in a numbered edition."""


class ClockEventKind(StrEnum):
    RECEIVE = "receive"
    SORT = "sort"
    GRADE = "grade"
    EXTEND = "extend"
    ACCEPT = "accept"
    SETTLE = "settle"
    REOPEN = "reopen"
    PAUSE = "pause"
    RESUME = "resume"
    CALENDAR = "calendar"
    UNDO = "calendar_undone"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """`rules` with RECEIVE and SORT; `grade` with RECEIVE, SORT and GRADE; `number` with UNDO: the event undone;
    `is_longer` with SORT: the check takes the longest time, several places being asked."""

    what: ClockEventKind
    at: datetime
    edition: int
    event: int = 0
    rules: Rules | None = None
    grade: Grade | None = None
    number: int = 0
    is_longer: bool = False


@dataclass(frozen=True, slots=True)
class Clocks:
    """`check` always; `settle` from acceptance; `answer` from settlement, where the rules give it a time."""

    check: Clock
    settle: Clock | None = None
    answer: Clock | None = None

    @property
    def deciding(self) -> Clock:
        """The clock that decides whether the case is on time: settlement once it is accepted, the check before."""
        return self.settle or self.check

    @property
    def running(self) -> Clock:
        """The clock of what is owed next."""
        return self.answer or self.deciding


def fold(acts: Sequence[ClockEvent], calendar_of: CalendarOf) -> Clocks:
    """The clocks after all events, in order; the first one is a RECEIVE.

    A later sorting, grading or extension counts from the beginning of the clock it concerns, so each event is applied
    with the rules, grade and extensions that hold at the end.
    """
    acts = _with_editions(_without_undone(acts))
    rules, is_longer = _rules_by_sorting(acts)
    clocks: Clocks | None = None
    for place, act in enumerate(acts):
        calendar = calendar_of(act.edition)
        match act.what:
            case ClockEventKind.RECEIVE:
                longer = rules.check_at_most if is_longer and rules.check_at_most else rules.check
                clocks = Clocks(Clock.start(act.at, longer, calendar))
            case ClockEventKind.ACCEPT | ClockEventKind.REOPEN:
                assert clocks is not None
                settle = Clock.start(act.at, rules.settlement(*_grade_and_extensions(acts, place)), calendar)
                clocks = replace(clocks, settle=settle, answer=None)
            case ClockEventKind.SETTLE:
                assert clocks is not None
                clocks = replace(clocks, answer=Clock.start(act.at, rules.answer, calendar) if rules.answer else None)
            case ClockEventKind.PAUSE:
                assert clocks is not None
                clocks = _with_running_clock(clocks, _paused, act.at, calendar)
            case ClockEventKind.RESUME:
                assert clocks is not None
                clocks = _with_running_clock(clocks, _resumed, act.at, calendar)
            case _:
                pass
    assert clocks is not None
    return clocks


def _without_undone(acts: Sequence[ClockEvent]) -> list[ClockEvent]:
    undone = {act.number for act in acts if act.what is ClockEventKind.UNDO}
    return [
        act
        for act in acts
        if act.what is not ClockEventKind.UNDO and not (act.what is ClockEventKind.CALENDAR and act.event in undone)
    ]


def _with_editions(acts: Sequence[ClockEvent]) -> list[ClockEvent]:
    """Each act on the edition of the next act of the calendar after it, or the one known when it happened."""
    dated: list[ClockEvent] = []
    edition: int | None = None
    for act in reversed(acts):
        if act.what is ClockEventKind.CALENDAR and edition is None:
            edition = act.edition
        dated.append(act if edition is None else replace(act, edition=edition))
    return dated[::-1]


def _rules_by_sorting(acts: Sequence[ClockEvent]) -> tuple[Rules, bool]:
    last = next(act for act in reversed(acts) if act.rules is not None)
    assert last.rules is not None
    return last.rules, last.is_longer


def _grade_and_extensions(acts: Sequence[ClockEvent], start: int) -> tuple[Grade, int]:
    """The grade that holds for the settlement begun by `acts[start]`, and how often it was extended."""
    end = next((n for n in range(start + 1, len(acts)) if acts[n].what is ClockEventKind.REOPEN), len(acts))
    grades = [act.grade for act in acts[:end] if act.grade is not None]
    extensions = sum(act.what is ClockEventKind.EXTEND for act in acts[start:end])
    return (grades[-1] if grades else Grade.NORMAL), extensions


def _with_running_clock(
    clocks: Clocks,
    change: Callable[[Clock, datetime, WorkingCalendar], Clock],
    at: datetime,
    calendar: WorkingCalendar,
) -> Clocks:
    """Pauses or resumes only the clock that runs now."""
    if clocks.settle is None:
        return replace(clocks, check=change(clocks.check, at, calendar))
    return replace(clocks, settle=change(clocks.settle, at, calendar))


def _paused(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    return clock if clock.is_paused else replace(clock, calendar=calendar).pause(at)


def _resumed(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    return replace(clock, calendar=calendar).resume(at) if clock.is_paused else clock


def limitation_ends(acted_on: date, rules: Rules, calendar: WorkingCalendar) -> date | None:
    """The last day on which an act of `acted_on` may be complained of; it gives way to a day off (Civil Code 2015,
    article 148.5). Both local. None where the rules set no limit."""
    if rules.limitation is None:
        return None
    in_hours = datetime.combine(acted_on, time(8), tzinfo=OFFICE_TIME)
    return due_date(in_hours, rules.limitation, calendar).due_on
