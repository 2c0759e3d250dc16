"""Lists the changes of the promise by replaying the events. Pure.

The stored derivation explains the current date; this module lists the dates promised before and why they moved.
Changes that were undone later are listed too.
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


class PromiseChangeKind(StrEnum):
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
    EventKind.SUPPLEMENT_ASKED: PromiseChangeKind.SUPPLEMENT,
    EventKind.PAYMENT_ASKED: PromiseChangeKind.PAYMENT,
    EventKind.STOPPED: PromiseChangeKind.STOP,
    EventKind.WITHDRAWAL_ASKED: PromiseChangeKind.WITHDRAWAL,
}
"""Events that begin a wait, unless the dossier waits already."""

ENDS: Final = frozenset({EventKind.SUPPLEMENTED, EventKind.PAID, EventKind.RESUMED})

MOVES_AT_ONCE: Final = {
    EventKind.REGISTERED: PromiseChangeKind.FIRST,
    EventKind.REAPPOINTED: PromiseChangeKind.APOLOGY,
    EventKind.CORRECTED: PromiseChangeKind.CORRECTION,
    EventKind.RECALENDARED: PromiseChangeKind.CALENDAR,
    EventKind.CALENDAR_UNDONE: PromiseChangeKind.CALENDAR_UNDONE,
}

_CHANGING: Final = frozenset({EventKind.SUBMITTED, *BEGINS, *ENDS, *MOVES_AT_ONCE}) - {EventKind.REGISTERED}


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day whose hours a calendar change alters; `source` is the document."""

    day: date
    was_worked: bool
    is_worked: bool
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """One change of the promise. All times are aware.

    The dossier waited from `since` to `at`; they are equal for a change without a wait (before the first promise it
    waited for complete papers). `after` is None while the wait lasts; for an apology it is the new date, which does
    not replace the promise. `before` is None for the first promise. `left`: working time left when the wait began,
    None for a dossier overdue by then. `restarted`: the term restarted from zero. `keeps_legs`: a leg finished before
    the calendar change keeps its date."""

    why: PromiseChangeKind
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
class _PromiseHistory:
    """The replay, the event that began the current wait, and the days that each calendar event changed."""

    replay: Replay
    waits: DossierEvent | None = None
    left: timedelta | None = None
    days: dict[int, tuple[ChangedDay, ...]] = field(default_factory=dict)

    def apply(self, event: DossierEvent) -> PromiseChange | None:
        """Applies one event and returns the change of the promise it made, if any."""
        kind, was = EventKind(event.kind), self.replay.state
        self.replay.apply(EventRecord(kind, event.at, event.unit_id, Status(event.to_status), event.data))
        if was.due_at is None and kind is not EventKind.REGISTERED:
            return None
        if kind in BEGINS and self.waits is None:
            self.waits, self.left = event, _working_time_left(was.due_at, event.at, self.replay.calendar)
        elif kind in ENDS and self.waits is not None:
            return self._waited(event, was.due_at)
        elif kind in MOVES_AT_ONCE:
            return self._moved(event, was)
        return None

    def _waited(self, event: DossierEvent, before: datetime | None) -> PromiseChange:
        began, after = self.waits, self.replay.state.due_at
        assert began is not None
        assert after is not None
        self.waits = None
        why, reason = BEGINS[EventKind(began.kind)], began.reason
        restarted = event.kind == EventKind.SUPPLEMENTED and self._would_restart(PromiseChangeKind.SUPPLEMENT)
        skipped = () if restarted or after == before else _days_off(event.at, after, self.replay.calendar)
        return PromiseChange(why, began.at, event.at, before, after, reason, self.left, restarted, skipped=skipped)

    def _moved(self, event: DossierEvent, was: State) -> PromiseChange | None:
        before, state, why = was.due_at, self.replay.state, MOVES_AT_ONCE[EventKind(event.kind)]
        after = state.new_due_at if why is PromiseChangeKind.APOLOGY else state.due_at
        if why is PromiseChangeKind.CORRECTION and "plan" not in event.data:
            return None
        days: tuple[ChangedDay, ...] = ()
        if why is PromiseChangeKind.CALENDAR_UNDONE:
            days = _reversed(self.days.get(event.data["undo"], ()))
        elif why is PromiseChangeKind.CALENDAR and before and after:
            since = local(state.received_at or event.at).date()
            old = self.replay.calendar_of(was.calendar)
            days = tuple(_changed_days(old, self.replay.calendar, since, local(max(before, after)).date()))
            self.days[event.number] = days
        if why is PromiseChangeKind.FIRST:
            return PromiseChange(why, state.submitted_at or event.at, event.at, before, after)
        keeps = why in {PromiseChangeKind.CALENDAR, PromiseChangeKind.CALENDAR_UNDONE} and self._keeps_legs()
        return PromiseChange(why, event.at, event.at, before, after, event.reason, days=days, keeps_legs=keeps)

    def _keeps_legs(self) -> bool:
        """Whether a finished leg keeps a date that differs from the clocks."""
        clocks, legs = self.replay.clocks, self.replay.state.legs
        return clocks is not None and any(
            leg.finished_at and leg.due_at != clocks.leg_due(leg.position) for leg in legs
        )

    def current_wait(self) -> Iterable[PromiseChange]:
        """Yields the wait that has not ended yet."""
        if self.waits is not None and self.replay.state.due_at is not None:
            began = self.waits
            why, before = BEGINS[EventKind(began.kind)], self.replay.state.due_at
            yield PromiseChange(
                why, began.at, began.at, before, None, began.reason, self.left, self._would_restart(why)
            )

    def _would_restart(self, why: PromiseChangeKind) -> bool:
        """A completed supplement restarts the term; a date set by the clerk has none."""
        clocks = self.replay.clocks
        return why is PromiseChangeKind.SUPPLEMENT and clocks is not None and clocks.promise.due is not None


def changes_of(events: Sequence[DossierEvent], calendar_of: CalendarOf) -> list[PromiseChange]:
    """Returns the changes of the promise, the first promise included; `events` in order.

    Empty where only the first promise exists, and for a dossier never accepted. `calendar_of` gives the calendar of
    the receiving desk by edition.
    """
    if not any(event.kind in _CHANGING for event in events):
        return []
    history = _PromiseHistory(Replay(cache(calendar_of)))  # every event asks for it, and reading it is a query
    changes = [change for event in events if (change := history.apply(event))]
    is_open = bool(events) and Status(events[-1].to_status) not in {Status.DONE, Status.RETURNED, Status.REFUSED}
    changes += history.current_wait() if is_open else ()
    return changes if len(changes) > 1 or any(change.since < change.at for change in changes) else []


def _working_time_left(due_at: datetime | None, at: datetime, calendar: WorkingCalendar) -> timedelta | None:
    return calendar.worked_time_between(at, due_at) if due_at and at <= due_at else None


def _days_off(since: datetime, until: datetime, calendar: WorkingCalendar) -> tuple[SkippedDay, ...]:
    """The days off between two times."""
    return calendar.days_off(local(since).date(), local(until).date())


def _changed_days(old: WorkingCalendar, new: WorkingCalendar, first: date, last: date) -> Iterable[ChangedDay]:
    """Yields the days from `first` to `last` whose hours differ."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if old.hours_on(day) != new.hours_on(day):
            special = new.special(day) or old.special(day)
            words = (special.reason, special.source) if special else ("", "")
            yield ChangedDay(day, old.is_working(day), new.is_working(day), *words)


def _reversed(days: Iterable[ChangedDay]) -> tuple[ChangedDay, ...]:
    return tuple(replace(one, was_worked=one.is_worked, is_worked=one.was_worked) for one in days)
