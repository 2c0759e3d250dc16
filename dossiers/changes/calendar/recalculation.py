"""Reckoning the open dossiers anew, a bounded batch at a time, for previews, published changes and undone ones.

A batch is a transaction of its own, see `dossiers.changes.calendar.batch_run`. A worker that
dies loses one batch at most, one that is started twice finds the row of the run locked, and a dossier whose dates are
right already gets no event, so nobody is ever moved twice. A dossier that a clerk is just writing is not waited for.
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

from dossiers.changes.calendar.batch_rows import histories, write_changes, write_moves
from dossiers.changes.calendar.batch_run import CAUGHT_BETWEEN, BatchRun, go_on
from dossiers.clock.clocks import CalendarOf
from dossiers.clock.recalculation import Change, applied, undone
from dossiers.clock.replay import EventRecord, ImpossibleHistory, Replay
from dossiers.clock.states import OPEN
from dossiers.events.followers import DossierNotice, notify_followers
from dossiers.events.record import reach_of, track_url
from dossiers.models import CalendarMove, CalendarRun, Dossier, DossierLeg, DossierQuerySet
from notices.issuing.actions import issue_notices
from notices.models import Notice
from procedures.models import ProcedureVersion
from units.calendar.lookup import drafted_calendar, first_day_touched, working_calendar
from units.clock.days import day_bounds
from units.clock.working_calendar import WorkingCalendar
from units.models import CalendarDraft, Unit

BATCH: Final = 500
DRAFTED: Final = 2**62
"""Stands for the edition that a draft would make: later than every real one."""

FORGOTTEN_AT_ONCE: Final = 5000
ONE_WORKER: Final = 0x6C696368

log = logging.getLogger(__name__)

_COLUMNS = ("code", "status", "desk", "receiving_desk", "version", "applicant_email", "applicant_phone")

Phase = CalendarRun.Phase


@dataclass(slots=True)
class Known:
    """What one worker need not ask for again from batch to batch: units, names and calendars of numbered editions."""

    units: dict[int, Unit] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    calendars: dict[tuple[int, int], WorkingCalendar] = field(default_factory=dict)
    drafted: dict[tuple[int, int], WorkingCalendar] = field(default_factory=dict)

    def learn_units(self, keys: Iterable[int]) -> None:
        if units := set(keys) - self.units.keys():
            self.units |= Unit.objects.in_bulk(units)

    def learn(self, dossiers: Iterable[Dossier]) -> None:
        self.learn_units(key for one in dossiers for key in (one.desk_id, one.receiving_desk_id))
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
    """Whether nobody else is at the runs: a second worker is better left to other tasks. Ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_WORKER])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_WORKER])


def reckon_next_batch(*, known: Known, at: datetime) -> bool:
    """Go on with the first unfinished run; False when there is nothing to do now.

    That is also so while another worker is at it, or while all dossiers left are being written by others.
    """
    run = CalendarRun.objects.unfinished().first()
    return _reckon(run.pk, known, at) if run else _forget_stale()


@transaction.atomic
def _reckon(pk: int, known: Known, at: datetime) -> bool:
    rows = CalendarRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, finished_at=None)
    run = rows.select_related("draft__approver", "draft__closed_by").first()
    if run is None:
        return False
    walk = BatchRun(_candidates(run), partial(_came_between, run), partial(_work_on, run, known=known, at=at), BATCH)
    if not go_on(run, run, walk, at):
        return False
    run.save()
    return True


def _candidates(run: CalendarRun) -> DossierQuerySet:
    """The dossiers that may move: what is due before the first day touched cannot depend on it."""
    accepted = Dossier.objects.open().filter(received_at__isnull=False)
    if run.phase == Phase.UNDO:
        return accepted.filter(calendar__gte=run.draft.edition_after)
    day = first_day_touched(run.draft)
    if day is None:
        return accepted.none()
    since, _end = day_bounds(day)
    legs = DossierLeg.objects.filter(dossier=OuterRef("pk"), finished_at=None, skipped=False, due_at__gte=since)
    own = Q(due_at__gte=since) | Q(statutory_due_at__gte=since) | Q(new_due_at__gte=since)
    return accepted.filter(own | Exists(legs))


def _came_between(run: CalendarRun) -> list[int]:
    """Those accepted around the publication by somebody who still knew the calendar before it."""
    received = _candidates(run).filter(received_at__gte=run.created_at - CAUGHT_BETWEEN, calendar__lt=run.edition)
    return list(received.values_list("pk", flat=True))


def _work_on(run: CalendarRun, keys: list[int], *, known: Known, at: datetime) -> list[int]:
    """Reckon these dossiers and write what changes; returns those that somebody else has locked."""
    if not keys:
        return []
    rows = Dossier.objects.filter(pk__in=keys).only(*_COLUMNS)
    if run.phase != Phase.PREVIEW:
        rows = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = list(rows)
    changed = list(_changed([one for one in found if one.state in OPEN], run, known, at))
    run.looked_at += len(found)
    run.moved += len(changed)
    run.moves_kept += write_moves(run, changed)
    if run.phase != Phase.PREVIEW:
        _write(run, changed, known, at)
    return sorted(set(keys) - {one.pk for one in found})


def _changed(
    dossiers: list[Dossier], run: CalendarRun, known: Known, at: datetime
) -> Iterator[tuple[Dossier, Change]]:
    known.learn(dossiers)
    told = histories(one.pk for one in dossiers)
    acts = _acts_of(run.draft, dossiers) if run.phase == Phase.UNDO else {}
    for dossier in dossiers:
        story = Replay(known.calendar_of(dossier.receiving_desk_id, run))
        try:
            change = _change(story, told[dossier.pk], run, acts.get(dossier.pk), at)
        except ImpossibleHistory:
            log.warning("dossier %s has an impossible history: its dates stay as they are", dossier.pk)
            continue
        if change:
            yield dossier, change


def _change(story: Replay, told: list[EventRecord], run: CalendarRun, act: int | None, at: datetime) -> Change | None:
    for event in told:
        story.apply(event)
    if run.phase != Phase.UNDO:
        return applied(story, edition=run.edition or DRAFTED, at=at)
    assert run.draft.edition_after is not None
    assert run.edition is not None
    return undone(story, act=act, since=run.draft.edition_after, edition=run.edition, at=at)


def _acts_of(draft: CalendarDraft, dossiers: list[Dossier]) -> dict[int, int]:
    """The number of the event by which each dossier was moved when the draft was published."""
    moves = CalendarMove.objects.filter(run__draft=draft, run__phase=Phase.APPLY, dossier__in=dossiers)
    return {dossier: event for dossier, event in moves.values_list("dossier_id", "event").distinct() if event}


def _write(run: CalendarRun, changed: list[tuple[Dossier, Change]], known: Known, at: datetime) -> None:
    draft = run.draft
    actor = draft.closed_by if run.phase == Phase.UNDO else draft.approver
    assert actor is not None
    write_changes(changed, actor=actor, reason=f"{draft.title} ({draft.source})")
    kind = Notice.Kind.CALENDAR_UNDONE if run.phase == Phase.UNDO else Notice.Kind.RECALENDARED
    news, reaches = {}, {}
    for dossier, change in changed:
        if change.is_told:
            reaches[dossier.pk] = reach = reach_of(dossier, kind)
            context = _explained(draft, dossier, change, known) | {"track_url": track_url(dossier, reach)}
            news[dossier.pk] = DossierNotice(dossier.code, kind.value, context)
    issue_notices(told=((one.code, one.kind, *reaches[pk], dict(one.context)) for pk, one in news.items()), at=at)
    notify_followers(news, at=at)


def _explained(draft: CalendarDraft, dossier: Dossier, change: Change, known: Known) -> dict[str, str]:
    """The day the applicant was given, the new one, and why; no person is named in it."""
    before, after, desk = change.before, change.after, known.units[dossier.desk_id]
    old, new = before.new_due_at or before.due_at, after.new_due_at or after.due_at
    assert old is not None
    assert new is not None
    return {
        "procedure": known.names[dossier.version_id],
        "desk": desk.name,
        "telephone": desk.telephone,
        "before_at": old.isoformat(),
        "due_at": new.isoformat(),
        "reason": draft.title,
    }


def _forget_stale() -> bool:
    """Delete some of the dates that no page shows any more; False when none are left."""
    some = CalendarMove.objects.filter(run__is_stale=True).values("pk")[:FORGOTTEN_AT_ONCE]
    gone, _tables = CalendarMove.objects.filter(pk__in=some).delete()
    return gone > 0
