"""Working through many rows, dossiers or cases, for one change of the calendar.

Every batch is one short transaction: what it writes and how far the run has come are saved together. Rows that
somebody else is writing are left for the end; those written while the run began come after them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from django.db.models import Q, QuerySet

from dossiers.models import CalendarRun
from units.calendar.lookup import first_day_touched
from units.clock.days import day_bounds

Rows = TypeVar("Rows", bound="QuerySet[Any]")

SETTLE: Final = timedelta(seconds=30)
"""How long after a publication a row may still be written that was calculated on the calendar before it."""
CAUGHT_BETWEEN: Final = timedelta(minutes=10)


class Progress(Protocol):
    """How far a run has come: see `CalendarRun`."""

    last_pk: int
    busy: list[int]
    finished_at: datetime | None


def rows_touched(run: CalendarRun, rows: Rows, later: Callable[[datetime], Q]) -> Rows:
    """The rows that a run may move: dates before the first changed day cannot depend on it. `later`: the condition
    for rows with a date at or after a moment."""
    if run.phase == CalendarRun.Phase.UNDO:
        return rows.filter(calendar__gte=run.draft.edition_after)
    day = first_day_touched(run.draft)
    return rows.filter(later(day_bounds(day)[0])) if day else rows.none()


@dataclass(frozen=True, slots=True)
class BatchRun:
    """`candidates`: the rows that may move; `work_on` recalculates some and returns those that somebody else has
    locked."""

    candidates: QuerySet[Any]
    work_on: Callable[[list[int]], list[int]]
    batch: int


def run_batch(progress: Progress, run: CalendarRun, batches: BatchRun, at: datetime) -> bool:
    """Work on the next batch; False when all rows left must wait. The caller saves `progress`."""
    ahead = batches.candidates.filter(pk__gt=progress.last_pk).order_by("pk")
    keys = list(ahead.values_list("pk", flat=True)[: batches.batch])
    if keys:
        progress.busy = [*progress.busy, *batches.work_on(keys)]
        progress.last_pk = keys[-1]
        return True
    return _settle(progress, run, batches, at)


def _settle(progress: Progress, run: CalendarRun, batches: BatchRun, at: datetime) -> bool:
    """The end of the run: those passed by, then those written while it began. False when they must wait."""
    waiting = progress.busy
    progress.busy = [*batches.work_on(waiting[: batches.batch]), *waiting[batches.batch :]]
    if progress.busy:
        return len(progress.busy) < len(waiting)
    if run.phase == CalendarRun.Phase.PREVIEW:
        progress.finished_at = at
    elif at >= run.created_at + SETTLE:
        progress.busy = batches.work_on(_received_around_publication(run, batches.candidates))
        progress.finished_at = None if progress.busy else at
    else:
        return bool(waiting)
    return True


def _received_around_publication(run: CalendarRun, candidates: QuerySet[Any]) -> list[int]:
    """Keys of rows received around the publication on the calendar before it."""
    received = candidates.filter(received_at__gte=run.created_at - CAUGHT_BETWEEN, calendar__lt=run.edition)
    return list(received.values_list("pk", flat=True))
