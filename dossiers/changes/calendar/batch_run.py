"""How a walk over many rows for one change of the calendar goes on, whatever the rows are.

Every batch is one short transaction: what it writes and how far the walk has come are saved together. Rows that
somebody else is writing are passed by and come last; those written while the walk began come after them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db.models import QuerySet

from dossiers.models import CalendarRun

SETTLE: Final = timedelta(seconds=30)
"""How long after a publication a row may still be written that was reckoned on the calendar before it."""
CAUGHT_BETWEEN: Final = timedelta(minutes=10)


class Progress(Protocol):
    """How far a walk has come: see `CalendarRun`."""

    last_pk: int
    busy: list[int]
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class BatchRun:
    """`candidates`: the rows that may move; `came_between`: keys of those written around the publication by somebody
    who still knew the calendar before it; `work_on` reckons some and returns those that somebody else has locked."""

    candidates: QuerySet[Any]
    came_between: Callable[[], list[int]]
    work_on: Callable[[list[int]], list[int]]
    batch: int


def go_on(progress: Progress, run: CalendarRun, walk: BatchRun, at: datetime) -> bool:
    """One batch further; False when all rows left must wait. The caller saves `progress`."""
    ahead = walk.candidates.filter(pk__gt=progress.last_pk).order_by("pk")
    keys = list(ahead.values_list("pk", flat=True)[: walk.batch])
    if keys:
        progress.busy = [*progress.busy, *walk.work_on(keys)]
        progress.last_pk = keys[-1]
        return True
    return _settle(progress, run, walk, at)


def _settle(progress: Progress, run: CalendarRun, walk: BatchRun, at: datetime) -> bool:
    """The end of the walk: those passed by, then those written while it began. False when they must wait."""
    waiting = progress.busy
    progress.busy = [*walk.work_on(waiting[: walk.batch]), *waiting[walk.batch :]]
    if progress.busy:
        return len(progress.busy) < len(waiting)
    if run.phase == CalendarRun.Phase.PREVIEW:
        progress.finished_at = at
    elif at >= run.created_at + SETTLE:
        progress.busy = walk.work_on(walk.came_between())
        progress.finished_at = None if progress.busy else at
    else:
        return bool(waiting)
    return True
