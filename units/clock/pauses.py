"""A dossier's clock: what pauses and restarts do to a due date. Pure: no Django, no clock of its own, no database.

A pause stores the working time that was left and gives exactly that back; it never makes a late dossier punctual. It
is counted from the minute in which it begins to the minute in which it ends, as both are shown: a stop that is undone
at once moves nothing, where seconds would carry a promise for closing time over to the next day.

A supplement that completes a dossier starts its term again from zero (Decree 61/2018/ND-CP, article 19.4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from units.clock.due_dates import DueDate, Term, WorkingCalendar, due_date


@dataclass(frozen=True, slots=True)
class Pause:
    """From `since` to `until` (None while it lasts), both whole minutes, with the working time left when it began.

    `left` is None for a dossier that was late already.
    """

    since: datetime
    left: timedelta | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The state of a clock after everything that happened to it; every change returns a new clock.

    `due` is the due date as first reckoned, with its derivation, or None for one set by hand where the law states the
    term in words only; `due_at` is where the pauses moved it. Every change takes an aware datetime and raises
    ValueError when it makes no sense (pausing twice, going back in time).
    """

    due: DueDate | None
    due_at: datetime
    calendar: WorkingCalendar
    pauses: tuple[Pause, ...] = ()

    @classmethod
    def start(cls, at: datetime, term: Term, calendar: WorkingCalendar) -> Self:
        due = due_date(at, term, calendar)
        return cls(due, due.due_at, calendar)

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def is_late(self, at: datetime) -> bool:
        """Whether the term has run out at `at`; while paused, whether it had run out when the pause began."""
        return self.pauses[-1].left is None if self.is_paused else at > self.due_at

    def pause(self, at: datetime) -> Self:
        since = _minute(at)
        if self.is_paused:
            raise ValueError("the clock is paused already")
        if self.pauses and since < (self.pauses[-1].until or since):
            raise ValueError("a pause cannot begin before the last one ended")
        left = None if at > self.due_at else self.calendar.worked_time_between(since, self.due_at)
        return replace(self, pauses=(*self.pauses, Pause(since, left)))

    def resume(self, at: datetime) -> Self:
        """Run again: what was left of the term counts from the minute of `at`."""
        if not self.is_paused:
            raise ValueError("the clock is not paused")
        until, (*before, pause) = _minute(at), self.pauses
        if until < pause.since:
            raise ValueError("a pause cannot end before it began")
        due_at = self._due_after(pause, until)
        return replace(self, due_at=due_at, pauses=(*before, replace(pause, until=until)))

    def restart(self, at: datetime) -> Self:
        """The whole term again from zero, on the same calendar."""
        if self.due is None:
            raise ValueError("a due date set by hand has no term to run again")
        return self.start(at, self.due.term, self.calendar)

    def _due_after(self, pause: Pause, at: datetime) -> datetime:
        if pause.left is None or not self.calendar.worked_time_between(pause.since, at):
            return self.due_at  # late before the pause, or no working time passed during it
        return self.calendar.advance(at, pause.left)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
