"""How long a dossier took and how much of its term was left, in working time of a given calendar. Pure.

Neither figure counts pauses (waiting for the applicant, for payment, or by order). A request for papers restarts the
term, so the share left is a share of the last term only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from dossiers.clock.clocks import ClockEventKind
from units.clock.working_calendar import WorkingCalendar

MOST_PERCENT: Final = 100
_PAUSES: Final = frozenset({"pause", ClockEventKind.RESTART.value})
_MINUTE: Final = timedelta(minutes=1)
_NOTHING: Final = timedelta(0)


class FinishedDossier(NamedTuple):
    """The times of a resolved dossier; `starts` and `earlier` are from its derivation."""

    received_at: datetime
    due_at: datetime
    finished_at: datetime
    starts: str | None
    earlier: Sequence[dict[str, Any]]

    @property
    def pauses(self) -> list[tuple[datetime, datetime]]:
        """When the clock was stopped, in order."""
        still = [one for one in self.earlier if one["why"] in _PAUSES]
        return [(datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["until"])) for one in still]


def worked_minutes(dossier: FinishedDossier, calendar: WorkingCalendar) -> int:
    """Whole working minutes from acceptance to the result, without the pauses."""
    return max(_worked(dossier, dossier.received_at, dossier.finished_at, calendar), _NOTHING) // _MINUTE


def percent_left(dossier: FinishedDossier, calendar: WorkingCalendar) -> int:
    """How much of the term was left at the result, in whole percent rounded down, -100 to 100; below 0: late."""
    starts = datetime.fromisoformat(dossier.starts) if dossier.starts else dossier.received_at
    term = _worked(dossier, starts, dossier.due_at, calendar)
    left = calendar.worked_time_between(dossier.finished_at, dossier.due_at)
    if term <= _NOTHING:  # due on the spot
        return 0 if dossier.finished_at <= dossier.due_at else -MOST_PERCENT
    if dossier.finished_at > dossier.due_at and not left:  # late by less than any working time
        return -1
    return max(-MOST_PERCENT, min(MOST_PERCENT, left * 100 // term))


def _worked(dossier: FinishedDossier, start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    pauses = ((max(since, start), min(until, end)) for since, until in dossier.pauses)
    still = (calendar.worked_time_between(since, until) for since, until in pauses if since < until)
    return calendar.worked_time_between(start, end) - sum(still, _NOTHING)
