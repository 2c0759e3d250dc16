"""Open dossiers now, counted from the dossiers: the roll-up counts finished ones only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Count, Value, When

from dossiers.clock.overdue import overdue
from dossiers.clock.states import RUNNING, WAITING, Status
from dossiers.models import Dossier
from reporting.definitions.targets import SOON_DAYS
from units.clock.days import day_bounds, local_day
from units.clock.due_dates import WorkingCalendar

OVERDUE, SOON, TODAY = "overdue", "soon", "today"
SUPPLEMENT, PAYMENT, PAUSED = "supplement", "payment", "paused"
WAITING_FOR = {Status.AWAITING_SUPPLEMENT: SUPPLEMENT, Status.AWAITING_PAYMENT: PAYMENT}


@dataclass(slots=True)
class OpenNow:
    """Open dossiers by kind and handling unit: `counts[kind][unit]`."""

    counts: dict[str, Counter[int]] = field(default_factory=dict)

    def of(self, kind: str, unit: int | None = None) -> int:
        units = self.counts.get(kind, Counter())
        return units.total() if unit is None else units[unit]

    def most(self, kind: str) -> list[tuple[int, int]]:
        """The units that have any, as (unit, how many), most first; equal ones in the order of their keys."""
        return sorted(self.counts.get(kind, Counter()).items(), key=lambda found: (-found[1], found[0]))


def soon_until(at: datetime, calendar: WorkingCalendar) -> datetime:
    """The end of the `SOON_DAYS`-th working day after today, aware, in Hanoi."""
    return calendar.closing(calendar.nth_working_day(local_day(at), SOON_DAYS))


def read_open(units: Sequence[int], at: datetime, soon: datetime) -> OpenNow:
    """One pass over the partial index of open dossiers. Lists of dossiers use the same definitions."""
    span = Case(
        When(overdue(at), then=Value(OVERDUE)),
        When(due_at__lt=day_bounds(local_day(at))[1], then=Value(TODAY)),
        When(due_at__lte=soon, then=Value(SOON)),
        default=Value(""),
    )
    mine = Dossier.objects.open().filter(handler__in=units).annotate(span=span)
    found = OpenNow()
    for unit, status, due, count in mine.values_list("handler_id", "status", "span").annotate(Count("pk")):
        for kind in _kinds(Status(status), due):
            found.counts.setdefault(kind, Counter())[unit] += count
    return found


def _kinds(status: Status, span: str) -> tuple[str, ...]:
    """What an open dossier counts as: due today is due soon too, and a waiting one is neither due nor overdue."""
    if status in WAITING:
        return (WAITING_FOR.get(status, PAUSED),)
    if status not in RUNNING or not span:
        return ()
    return (TODAY, SOON) if span == TODAY else (span,)
