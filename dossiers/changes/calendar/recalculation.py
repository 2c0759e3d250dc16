"""Recalculating the open dossiers batch by batch: for previews, published changes and undone ones.

A batch is a transaction of its own, see `dossiers.changes.calendar.batch_run`. A worker that dies loses one batch, a
second one finds the row of the run locked, and a dossier whose dates are right already gets no event, so none is moved
twice. Nobody waits for a dossier that a clerk is writing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from dossiers.changes.calendar.batch_rows import delete_some, event_rows, insert_rows, update_rows
from dossiers.changes.calendar.batch_run import BatchRun, rows_touched, run_batch
from dossiers.clock.clocks import CalendarOf
from dossiers.clock.recalculation import Dated, DossierRecalculation, applied, undone
from dossiers.clock.replay import EventRecord, ImpossibleHistory, Replay
from dossiers.clock.states import OPEN
from dossiers.events.followers import DossierNotice, notify_followers
from dossiers.events.histories import histories
from dossiers.events.record import event_record, reach_of, track_url
from dossiers.models import CalendarMove, CalendarRun, Dossier, DossierEvent, DossierLeg, DossierQuerySet
from notices.issuing.actions import issue_notices
from notices.models import Notice
from procedures.models import ProcedureVersion
from units.calendar.lookup import drafted_calendar, working_calendar
from units.clock.working_calendar import WorkingCalendar
from units.models import CalendarDraft, Unit

BATCH: Final = 500
DRAFTED: Final = 2**62
"""In place of the edition that a draft would make: later than every real one."""

MOVED: Final = ("due_at", "statutory_due_at", "new_due_at", "calendar", "derivation")
"""The columns that a change of the calendar can change."""

ONE_WORKER: Final = 0x6C696368

log = logging.getLogger(__name__)

_COLUMNS = ("code", "status", "desk", "receiving_desk", "version", "applicant_email", "applicant_phone")

Phase = CalendarRun.Phase
Changed = list[tuple[Dossier, DossierRecalculation]]


@dataclass(slots=True)
class WorkerCache:
    """What one worker reads once for all batches: units, names of procedures, calendars by desk and edition."""

    units: dict[int, Unit] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    calendars: dict[tuple[int, int], WorkingCalendar] = field(default_factory=dict)
    drafted: dict[tuple[int, int], WorkingCalendar] = field(default_factory=dict)

    def load_units(self, keys: Iterable[int]) -> None:
        if units := set(keys) - self.units.keys():
            self.units |= Unit.objects.in_bulk(units)

    def load(self, dossiers: Iterable[Dossier]) -> None:
        self.load_units(key for one in dossiers for key in (one.desk_id, one.receiving_desk_id))
        versions = {one.version_id for one in dossiers} - self.names.keys()
        if versions:
            rows = ProcedureVersion.objects.filter(pk__in=versions)
            self.names |= dict(rows.values_list("pk", "name"))

    def calendar_of(self, desk: int, run: CalendarRun) -> CalendarOf:
        """The calendars of a desk by edition, with the one that a previewed draft would make."""

        def calendar(edition: int) -> WorkingCalendar:
            if edition == DRAFTED:
                return self._drafted(desk, run)
            if (desk, edition) not in self.calendars:
                self.calendars[desk, edition] = working_calendar(self.units[desk], edition)
            return self.calendars[desk, edition]

        return calendar

    def _drafted(self, desk: int, run: CalendarRun) -> WorkingCalendar:
        if (run.pk, desk) not in self.drafted:
            self.drafted[run.pk, desk] = drafted_calendar(run.draft, self.units[desk])
        return self.drafted[run.pk, desk]


@contextmanager
def only_worker() -> Iterator[bool]:
    """Whether no other worker is on the runs: a second one is better left to other tasks. Ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_WORKER])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_WORKER])


def recalculate_next_batch(*, cache: WorkerCache, at: datetime) -> bool:
    """Work on the first unfinished run; False when there is nothing to do now.

    That is also so while another worker is at it, or while all dossiers left are being written by others.
    """
    run = CalendarRun.objects.unfinished().first()
    return _work_on_run(run.pk, cache, at) if run else delete_some(CalendarMove.objects.filter(run__is_stale=True))


@transaction.atomic
def _work_on_run(pk: int, cache: WorkerCache, at: datetime) -> bool:
    rows = CalendarRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, finished_at=None)
    run = rows.select_related("draft__approver", "draft__closed_by").first()
    if run is None:
        return False
    work_on = partial(_recalculate, run, cache=cache, at=at)
    batches = BatchRun(_candidates(run), work_on, BATCH)
    if not run_batch(run, run, batches, at):
        return False
    run.save()
    return True


def _candidates(run: CalendarRun) -> DossierQuerySet:
    return rows_touched(run, Dossier.objects.open().filter(received_at__isnull=False), _later)


def _later(since: datetime) -> Q:
    legs = DossierLeg.objects.filter(dossier=OuterRef("pk"), finished_at=None, skipped=False, due_at__gte=since)
    own = Q(due_at__gte=since) | Q(statutory_due_at__gte=since) | Q(new_due_at__gte=since)
    return own | Q(Exists(legs))


def _recalculate(run: CalendarRun, keys: list[int], *, cache: WorkerCache, at: datetime) -> list[int]:
    """Recalculate these dossiers and write what changes; returns those that somebody else has locked."""
    if not keys:
        return []
    rows = Dossier.objects.filter(pk__in=keys).only(*_COLUMNS)
    if run.phase != Phase.PREVIEW:
        rows = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = list(rows)
    changed = list(_changed([one for one in found if one.state in OPEN], run, cache, at))
    run.looked_at += len(found)
    run.moved += len(changed)
    run.moves_kept += _write_moves(run, changed)
    if run.phase != Phase.PREVIEW:
        _write(run, changed, cache, at)
    return sorted(set(keys) - {one.pk for one in found})


def _changed(
    dossiers: list[Dossier], run: CalendarRun, cache: WorkerCache, at: datetime
) -> Iterator[tuple[Dossier, DossierRecalculation]]:
    cache.load(dossiers)
    events = histories(DossierEvent.objects.filter(dossier__in=dossiers), "dossier_id", event_record)
    acts = _acts_of(run.draft, dossiers) if run.phase == Phase.UNDO else {}
    for dossier in dossiers:
        replay = Replay(cache.calendar_of(dossier.receiving_desk_id, run))
        try:
            change = _change(replay, events[dossier.pk], run, acts.get(dossier.pk), at)
        except ImpossibleHistory:
            log.warning("dossier %s has an impossible history: its dates stay as they are", dossier.pk)
            continue
        if change:
            yield dossier, change


def _change(
    replay: Replay, events: list[EventRecord], run: CalendarRun, act: int | None, at: datetime
) -> DossierRecalculation | None:
    for event in events:
        replay.apply(event)
    if run.phase != Phase.UNDO:
        return applied(replay, edition=run.edition or DRAFTED, at=at)
    assert run.draft.edition_after is not None
    assert run.edition is not None
    return undone(replay, act=act, since=run.draft.edition_after, edition=run.edition, at=at)


def _acts_of(draft: CalendarDraft, dossiers: list[Dossier]) -> dict[int, int]:
    """The number of the event by which each dossier was moved when the draft was published."""
    moves = CalendarMove.objects.filter(run__draft=draft, run__phase=Phase.APPLY, dossier__in=dossiers)
    return {dossier: event for dossier, event in moves.values_list("dossier_id", "event").distinct() if event}


def _write_moves(run: CalendarRun, changed: Changed) -> int:
    """Record which dates are moved, by which event; returns how many."""
    is_preview = run.phase == Phase.PREVIEW
    rows = [
        {
            "run_id": run.pk,
            "dossier_id": dossier.pk,
            "what": move.what,
            "position": move.position,
            "old_due": move.old,
            "new_due": move.new,
            "event": None if is_preview else change.events[0][0],
        }
        for dossier, change in changed
        for move in change.moves
    ]
    return insert_rows(CalendarMove, rows)


def _write(run: CalendarRun, changed: Changed, cache: WorkerCache, at: datetime) -> None:
    draft = run.draft
    actor = draft.closed_by if run.phase == Phase.UNDO else draft.approver
    assert actor is not None
    reason = {"reason": f"{draft.title} ({draft.source})"}
    insert_rows(DossierEvent, [row | reason for row in event_rows("dossier_id", changed, actor)])
    states = [(dossier.pk, change.after) for dossier, change in changed]
    update_rows(Dossier, [{"id": pk, **{name: getattr(to, name) for name in MOVED}} for pk, to in states])
    legs = [
        (pk, leg)
        for (pk, to), (_, change) in zip(states, changed, strict=True)
        for leg in to.legs
        if leg not in change.before.legs
    ]
    moved = [{"dossier_id": pk, "position": leg.position, "due_at": leg.due_at} for pk, leg in legs]
    update_rows(DossierLeg, moved, by=("dossier_id", "position"))
    _notify(run, changed, cache, at)


def _notify(run: CalendarRun, changed: Changed, cache: WorkerCache, at: datetime) -> None:
    """Applicants whose promised day changed, and the followers of their dossiers."""
    kind = Notice.Kind.CALENDAR_UNDONE if run.phase == Phase.UNDO else Notice.Kind.RECALENDARED
    news, reaches = {}, {}
    for dossier, change in changed:
        if any(move.what in {Dated.DUE, Dated.AGAIN} for move in change.moves):
            reaches[dossier.pk] = reach = reach_of(dossier, kind)
            context = _explained(run.draft, dossier, change, cache) | {"track_url": track_url(dossier, reach)}
            news[dossier.pk] = DossierNotice(dossier.code, kind.value, context)
    issue_notices(notices=((one.code, one.kind, *reaches[pk], dict(one.context)) for pk, one in news.items()), at=at)
    notify_followers(news, at=at)


def _explained(
    draft: CalendarDraft, dossier: Dossier, change: DossierRecalculation, cache: WorkerCache
) -> dict[str, str]:
    """The day the applicant was given, the new one, and why; no person is named in it."""
    before, after, desk = change.before, change.after, cache.units[dossier.desk_id]
    old, new = before.new_due_at or before.due_at, after.new_due_at or after.due_at
    assert old is not None
    assert new is not None
    return {
        "procedure": cache.names[dossier.version_id],
        "desk": desk.name,
        "telephone": desk.telephone,
        "before_at": old.isoformat(),
        "due_at": new.isoformat(),
        "reason": draft.title,
    }
