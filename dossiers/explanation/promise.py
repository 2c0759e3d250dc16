"""What became of the promise, act by act: told by running the events again. Pure.

The stored derivation says how the date that holds now was reckoned; this says what was promised before and why it
moved, as the applicant lived it. An act that was later undone is told too: it was true for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from dossiers.clock.clocks import CalendarOf
from dossiers.clock.replay import EventRecord, Replay, State
from dossiers.clock.states import EventKind, Status
from dossiers.models import DossierEvent
from units.clock.working_calendar import SkippedDay, WorkingCalendar, local


class Why(StrEnum):
    FIRST = "first"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    STOP = "stop"
    WITHDRAWAL = "withdrawal"
    APOLOGY = "apology"
    CORRECTION = "correction"
    CALENDAR = "calendar"
    CALENDAR_UNDONE = "calendar_undone"


BEGINS: Final = {
    EventKind.SUPPLEMENT_ASKED: Why.SUPPLEMENT,
    EventKind.PAYMENT_ASKED: Why.PAYMENT,
    EventKind.STOPPED: Why.STOP,
    EventKind.WITHDRAWAL_ASKED: Why.WITHDRAWAL,
}
"""Acts that begin a wait, unless the dossier waits already."""

ENDS: Final = frozenset({EventKind.SUPPLEMENTED, EventKind.PAID, EventKind.RESUMED})

MOVES_AT_ONCE: Final = {
    EventKind.REGISTERED: Why.FIRST,
    EventKind.REAPPOINTED: Why.APOLOGY,
    EventKind.CORRECTED: Why.CORRECTION,
    EventKind.RECALENDARED: Why.CALENDAR,
    EventKind.CALENDAR_UNDONE: Why.CALENDAR_UNDONE,
}

_TOLD: Final = frozenset({EventKind.SUBMITTED, *BEGINS, *ENDS, *MOVES_AT_ONCE}) - {EventKind.REGISTERED}


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day that the calendar treats otherwise than before; `source` is the document."""

    day: date
    was_worked: bool
    is_worked: bool
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """One chapter of the promise. All moments are aware.

    `since` to `at` was waited, at once where they are the same (before the first promise: for complete papers); a wait
    that still lasts has no `after`. `left` is the
    working time that was left when it began, None for a dossier late by then. `before` is None for the first promise;
    an apology's `after` is the new date, which does not replace the promise. `restarted`: the whole term ran again.
    `keeps_legs`: some leg was finished by then and is measured as before, though the calendar has it otherwise now.
    """

    why: Why
    since: datetime
    at: datetime
    before: datetime | None
    after: datetime | None
    reason: str = ""
    left: timedelta | None = None
    restarted: bool = False
    days: tuple[ChangedDay, ...] = ()
    skipped: tuple[SkippedDay, ...] = ()
    keeps_legs: bool = False


@dataclass(slots=True)
class _Teller:
    """The fold's memory beside the story: the act that began the wait, and the days each calendar act changed."""

    story: Replay
    waits: DossierEvent | None = None
    left: timedelta | None = None
    days: dict[int, tuple[ChangedDay, ...]] = field(default_factory=dict)

    def tell(self, event: DossierEvent) -> Change | None:
        """What one more event did to the promise, if anything."""
        kind, was = EventKind(event.kind), self.story.state
        self.story.apply(EventRecord(kind, event.at, event.unit_id, Status(event.to_status), event.data))
        if was.due_at is None and kind is not EventKind.REGISTERED:
            return None
        if kind in BEGINS and self.waits is None:
            self.waits, self.left = event, _left(was.due_at, event.at, self.story.calendar)
        elif kind in ENDS and self.waits is not None:
            return self._waited(event, was.due_at)
        elif kind in MOVES_AT_ONCE:
            return self._moved(event, was)
        return None

    def _waited(self, event: DossierEvent, before: datetime | None) -> Change:
        began, after = self.waits, self.story.state.due_at
        assert began is not None
        assert after is not None
        self.waits = None
        why, reason = BEGINS[EventKind(began.kind)], began.reason
        restarted = event.kind == EventKind.SUPPLEMENTED and self._would_restart(Why.SUPPLEMENT)
        skipped = () if restarted or after == before else _off(event.at, after, self.story.calendar)
        return Change(why, began.at, event.at, before, after, reason, self.left, restarted, skipped=skipped)

    def _moved(self, event: DossierEvent, was: State) -> Change | None:
        before, state, why = was.due_at, self.story.state, MOVES_AT_ONCE[EventKind(event.kind)]
        after = state.new_due_at if why is Why.APOLOGY else state.due_at
        if why is Why.CORRECTION and "plan" not in event.data:
            return None
        days: tuple[ChangedDay, ...] = ()
        if why is Why.CALENDAR_UNDONE:
            days = _reversed(self.days.get(event.data["undo"], ()))
        elif why is Why.CALENDAR and before and after:
            since = local(state.received_at or event.at).date()
            old = self.story.calendar_of(was.calendar)
            days = tuple(_changed(old, self.story.calendar, since, local(max(before, after)).date()))
            self.days[event.number] = days
        if why is Why.FIRST:
            return Change(why, state.submitted_at or event.at, event.at, before, after)
        keeps = why in {Why.CALENDAR, Why.CALENDAR_UNDONE} and self._keeps_legs()
        return Change(why, event.at, event.at, before, after, event.reason, days=days, keeps_legs=keeps)

    def _keeps_legs(self) -> bool:
        """Whether a finished leg has another date than the clocks now say."""
        clocks, legs = self.story.clocks, self.story.state.legs
        return clocks is not None and any(
            leg.finished_at and leg.due_at != clocks.leg_due(leg.position) for leg in legs
        )

    def lasting(self) -> Iterable[Change]:
        """The wait that has not ended yet."""
        if self.waits is not None and self.story.state.due_at is not None:
            began = self.waits
            why, before = BEGINS[EventKind(began.kind)], self.story.state.due_at
            yield Change(why, began.at, began.at, before, None, began.reason, self.left, self._would_restart(why))

    def _would_restart(self, why: Why) -> bool:
        """A completed supplement runs the whole term again; a date set by the clerk has no term."""
        clocks = self.story.clocks
        return why is Why.SUPPLEMENT and clocks is not None and clocks.promise.due is not None


def changes_of(events: Sequence[DossierEvent], calendar_of: CalendarOf) -> list[Change]:
    """Every chapter of the promise, the first one included; `events` in order.

    Empty where the first promise is all there is to tell, and for a dossier that was never accepted. `calendar_of`
    gives the calendar of the receiving desk by edition.
    """
    if not any(event.kind in _TOLD for event in events):
        return []
    teller = _Teller(Replay(cache(calendar_of)))  # asked about every act, and told by the database
    told = [change for event in events if (change := teller.tell(event))]
    is_open = bool(events) and Status(events[-1].to_status) not in {Status.DONE, Status.RETURNED, Status.REFUSED}
    told += teller.lasting() if is_open else ()
    return told if len(told) > 1 or any(change.since < change.at for change in told) else []


def _left(due_at: datetime | None, at: datetime, calendar: WorkingCalendar) -> timedelta | None:
    return calendar.worked_time_between(at, due_at) if due_at and at <= due_at else None


def _off(since: datetime, until: datetime, calendar: WorkingCalendar) -> tuple[SkippedDay, ...]:
    """The days off between two moments."""
    return calendar.days_off(local(since).date(), local(until).date())


def _changed(old: WorkingCalendar, new: WorkingCalendar, first: date, last: date) -> Iterable[ChangedDay]:
    """The days from `first` to `last` whose hours are not what they were."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if old.hours_on(day) != new.hours_on(day):
            special = new.special(day) or old.special(day)
            words = (special.reason, special.source) if special else ("", "")
            yield ChangedDay(day, old.is_working(day), new.is_working(day), *words)


def _reversed(days: Iterable[ChangedDay]) -> tuple[ChangedDay, ...]:
    return tuple(replace(one, was_worked=one.is_worked, is_worked=one.was_worked) for one in days)
