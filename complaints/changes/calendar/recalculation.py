"""Recalculating the open cases for changes of the calendar: for previews, published changes and undone ones.

The runs are those of dossiers (`dossiers.changes.calendar.actions` makes them); each gets a `CaseRun` of its own. A
worker that dies loses one batch, a second one finds the run locked, and a case whose dates are right already gets no
event. Sealed cases move like all others, and only their own events say so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from complaints.clock.recalculation import CaseRecalculation, act_of, applied, undone
from complaints.clock.replay import EventRecord, ImpossibleHistory, Replay
from complaints.clock.states import OPEN
from complaints.events.record import COUNTED_BY, counted_on, event_record
from complaints.models import Case, CaseEvent, CaseMove, CaseQuerySet, CaseRun, Reporter
from dossiers.changes.calendar.batch_rows import delete_some, event_rows, insert_rows, update_rows
from dossiers.changes.calendar.batch_run import BatchRun, rows_touched, run_batch
from dossiers.changes.calendar.recalculation import DRAFTED, WorkerCache
from dossiers.events.histories import histories
from dossiers.events.record import mark_days
from dossiers.models import CalendarRun
from notices.issuing.actions import issue_once
from notices.models import Notice
from notices.sending.reach import applicant_reach
from units.models import CalendarDraft

BATCH: Final = 500
MOVED: Final = (
    *("check_due_at", "settle_due_at", "answer_due_at", "due_at", "next_due_at"),
    *("calendar", "derivation"),
)
"""The columns that a change of the calendar can change."""

log = logging.getLogger(__name__)

Phase = CalendarRun.Phase
Changed = list[tuple[Case, CaseRecalculation]]


def recalculate_next_batch(*, cache: WorkerCache, at: datetime) -> bool:
    """Work on the first run whose cases are not done; False when there is nothing to do now.

    What was decided comes before what is only asked, the older first: an undoing follows what it undoes.
    """
    left = CalendarRun.objects.filter(Q(cases=None) | Q(cases__finished_at=None), is_stale=False)
    key = left.by_urgency().values_list("pk", flat=True).first()
    if key is None:
        return delete_some(CaseMove.objects.filter(run__run__is_stale=True))
    CaseRun.objects.get_or_create(run_id=key)
    return _work_on_run(key, cache, at)


def forget_case_moves(*, case: Case) -> None:
    """Remove a case that proved to be a denunciation from the lists of moved dates and from their counts."""
    runs = CaseMove.objects.filter(case=case).values("run")
    for row in CaseRun.objects.select_for_update().filter(pk__in=runs).order_by("pk"):
        gone, _tables = CaseMove.objects.filter(run=row, case=case).delete()
        counted = {"moved": F("moved") - 1, "moves_kept": F("moves_kept") - gone, "looked_at": F("looked_at") - 1}
        CaseRun.objects.filter(pk=row.pk).update(**counted)


@transaction.atomic
def _work_on_run(key: int, cache: WorkerCache, at: datetime) -> bool:
    rows = CaseRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key, finished_at=None)
    row = rows.select_related("run__draft__approver", "run__draft__closed_by").first()
    if row is None:
        return False
    if row.run.is_stale or _is_overtaken(row.run):
        row.finished_at = at
    elif not run_batch(row, row.run, _batch_run(row, cache, at), at):
        return False
    row.save()
    return True


def _is_overtaken(run: CalendarRun) -> bool:
    """Undone before all cases were moved: the rest stay as they are, and the undo run comes next."""
    return run.phase == Phase.APPLY and run.draft.status == CalendarDraft.Status.UNDONE


def _batch_run(row: CaseRun, cache: WorkerCache, at: datetime) -> BatchRun:
    run = row.run
    work_on = partial(_recalculate, row, cache=cache, at=at)
    return BatchRun(candidates(run), work_on, BATCH)


def candidates(run: CalendarRun) -> CaseQuerySet:
    """The cases that a run may move."""
    return rows_touched(run, Case.objects.open(), lambda since: Q(due_at__gte=since) | Q(next_due_at__gte=since))


def _recalculate(row: CaseRun, keys: list[int], *, cache: WorkerCache, at: datetime) -> list[int]:
    """Recalculate these cases and write what changes; returns those that somebody else has locked."""
    if not keys:
        return []
    run = row.run
    # locked for a preview too: no case may become sealed while its moves are written
    found = list(Case.objects.filter(pk__in=keys).select_for_update(skip_locked=True, no_key=True, of=("self",)))
    changed = list(_changed([one for one in found if one.state in OPEN], run, cache, at))
    plain = [(case, change) for case, change in changed if not case.is_sealed]
    row.looked_at += sum(not one.is_sealed for one in found)
    row.moved += len(plain)
    row.moves_kept += _write_moves(row, plain)
    if run.phase != Phase.PREVIEW:
        _write(run, changed, plain, at)
    return sorted(set(keys) - {one.pk for one in found})


def _changed(
    cases: list[Case], run: CalendarRun, cache: WorkerCache, at: datetime
) -> Iterator[tuple[Case, CaseRecalculation]]:
    cache.load_units(one.receiving_unit_id for one in cases)
    events = histories(CaseEvent.objects.filter(case__in=cases), "case_id", event_record)
    for case in cases:
        replay = Replay(cache.calendar_of(case.receiving_unit_id, run))
        try:
            change = _change(replay, events[case.pk], run, at)
        except ImpossibleHistory:
            log.warning("a case has an impossible history: its dates stay as they are")  # which one may be a secret
            continue
        if change:
            yield case, change


def _change(replay: Replay, events: list[EventRecord], run: CalendarRun, at: datetime) -> CaseRecalculation | None:
    for event in events:
        replay.apply(event)
    draft = run.draft
    if run.phase != Phase.UNDO:
        return applied(replay, draft=draft.pk, edition=run.edition or DRAFTED, at=at)
    assert draft.edition_after is not None
    assert run.edition is not None
    return undone(replay, act=act_of(events, draft.pk), since=draft.edition_after, edition=run.edition, at=at)


def _write_moves(row: CaseRun, plain: Changed) -> int:
    moves = [(case, move) for case, change in plain for move in change.moves]
    rows = [
        {"run_id": row.pk, "case_id": case.pk, "what": move.what, "old_due": move.old, "new_due": move.new}
        for case, move in moves
    ]
    return insert_rows(CaseMove, rows)


def _write(run: CalendarRun, changed: Changed, plain: Changed, at: datetime) -> None:
    actor = run.draft.closed_by if run.phase == Phase.UNDO else run.draft.approver
    assert actor is not None
    insert_rows(CaseEvent, list(event_rows("case_id", changed, actor)))
    states = [(case.pk, change.after) for case, change in changed]
    update_rows(Case, [{"id": key, **{name: getattr(to, name) for name in MOVED}} for key, to in states])
    counted = [change for _case, change in changed if _differs(change)]
    mark_days([day for change in counted for day in (*counted_on(change.before), *counted_on(change.after))])
    _notify(run, [(case, change) for case, change in plain if _next_date_moves(change)], at)


def _differs(change: CaseRecalculation) -> bool:
    """Whether the figures count the case otherwise now."""
    return any(getattr(change.before, name) != getattr(change.after, name) for name in COUNTED_BY)


def _next_date_moves(change: CaseRecalculation) -> bool:
    return change.before.next_due_at != change.after.next_due_at


def _notify(run: CalendarRun, changed: Changed, at: datetime) -> None:
    """One notice to each reporter, of plain cases only: the day before, the new one, and why."""
    if not changed:
        return
    kind = Notice.Kind.CASE_RECALENDARED
    rows = Reporter.objects.filter(case__in=[case.pk for case, _change in changed])
    reporters = {one.case_id: one for one in rows}
    issue_once(notices=[_notice(run, kind, case, change, reporters.get(case.pk), at) for case, change in changed])


def _notice(
    run: CalendarRun, kind: Notice.Kind, case: Case, change: CaseRecalculation, reporter: Reporter | None, at: datetime
) -> Notice:
    reach = applicant_reach(kind, email=reporter.email, telephone=reporter.phone) if reporter else None
    before, after = change.before.next_due_at, change.after.next_due_at
    assert before is not None
    assert after is not None
    context = {
        "track_url": reverse("complaints:tracking", args=[case.code]),
        "before_at": before.isoformat(),
        "due_at": after.isoformat(),
        "reason": run.draft.title,
        "undone": run.phase == Phase.UNDO,
    }
    if reach and reach.email and settings.MAILBOX_ADDRESS:
        context["reply_to"] = settings.MAILBOX_ADDRESS
    return Notice(
        subject=case.code,
        kind=kind,
        key=f"{kind.value}:{case.pk}:{change.events[0][0]}",
        email=reach.email if reach else "",
        phone=reach.phone if reach else "",
        language=reporter.language if reporter else "vi",
        context=context,
        created_at=at,
    )
