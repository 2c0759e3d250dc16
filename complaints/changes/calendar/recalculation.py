"""Reckoning the open cases anew for changes of the calendar: for previews, published changes and undone ones.

The runs are those of dossiers (`dossiers.changes.calendar.actions` makes them); each gets a walk over the cases of its
own, batch by batch as theirs. A worker that dies loses one batch, a second one finds the walk locked, and a case whose
dates are right already gets no event. Sealed cases move like all others, and nothing but their own events says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from complaints.clock.recalculation import Change, act_of, applied, undone
from complaints.clock.replay import EventRecord, ImpossibleHistory, Replay
from complaints.clock.states import OPEN, EventKind, Status
from complaints.events.record import COUNTED_BY, counted_on
from complaints.models import Case, CaseEvent, CaseMove, CaseQuerySet, CaseRun, Reporter
from dossiers.changes.calendar.batch_rows import send_rows
from dossiers.changes.calendar.batch_run import CAUGHT_BETWEEN, BatchRun, go_on
from dossiers.changes.calendar.recalculation import DRAFTED, Known
from dossiers.events.record import mark_days
from dossiers.models import CalendarRun
from notices.issuing.actions import issue_once
from notices.models import Notice
from notices.sending.reach import applicant_reach
from units.calendar.lookup import first_day_touched
from units.clock.days import day_bounds
from units.models import CalendarDraft

BATCH: Final = 500
FORGOTTEN_AT_ONCE: Final = 5000
MOVED: Final = (
    *("check_due_at", "settle_due_at", "answer_due_at", "due_at", "next_due_at"),
    *("calendar", "derivation"),
)
"""The columns that an act of the calendar can change."""

_EVENTS = """
    INSERT INTO complaints_caseevent (case_id, number, kind, from_status, to_status, at, unit_id, actor_id, data)
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS event (
        case_id bigint, number int, kind text, from_status text, to_status text, at timestamptz, unit_id bigint,
        actor_id bigint, data jsonb
    )
"""
_CASES = """
    UPDATE complaints_case AS one
    SET check_due_at = moved.check_due_at, settle_due_at = moved.settle_due_at, answer_due_at = moved.answer_due_at,
        due_at = moved.due_at, next_due_at = moved.next_due_at, calendar = moved.calendar,
        derivation = moved.derivation
    FROM jsonb_to_recordset(%s::jsonb) AS moved (
        id bigint, check_due_at timestamptz, settle_due_at timestamptz, answer_due_at timestamptz, due_at timestamptz,
        next_due_at timestamptz, calendar bigint, derivation jsonb
    )
    WHERE one.id = moved.id
"""
_MOVES = """
    INSERT INTO complaints_casemove (run_id, case_id, what, old_due, new_due)
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS move (
        run_id bigint, case_id bigint, what text, old_due timestamptz, new_due timestamptz
    )
"""

log = logging.getLogger(__name__)

Phase = CalendarRun.Phase
Changed = list[tuple[Case, Change]]


def reckon_next_batch(*, known: Known, at: datetime) -> bool:
    """Go on with the first run whose cases are not done; False when there is nothing to do now.

    What was decided comes before what is only asked, the older first: an undoing follows what it undoes.
    """
    left = CalendarRun.objects.filter(Q(cases=None) | Q(cases__finished_at=None), is_stale=False)
    key = left.by_urgency().values_list("pk", flat=True).first()
    if key is None:
        return _forget_stale()
    CaseRun.objects.get_or_create(run_id=key)
    return _reckon(key, known, at)


def forget_case_moves(*, case: Case) -> None:
    """A case that proves to be a secret is on no list of moved dates, nor in what such a list counts."""
    runs = CaseMove.objects.filter(case=case).values("run")
    for row in CaseRun.objects.select_for_update().filter(pk__in=runs).order_by("pk"):
        gone, _tables = CaseMove.objects.filter(run=row, case=case).delete()
        counted = {"moved": F("moved") - 1, "moves_kept": F("moves_kept") - gone, "looked_at": F("looked_at") - 1}
        CaseRun.objects.filter(pk=row.pk).update(**counted)


@transaction.atomic
def _reckon(key: int, known: Known, at: datetime) -> bool:
    rows = CaseRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key, finished_at=None)
    row = rows.select_related("run__draft__approver", "run__draft__closed_by").first()
    if row is None:
        return False
    if row.run.is_stale or _is_overtaken(row.run):
        row.finished_at = at
    elif not go_on(row, row.run, _walk(row, known, at), at):
        return False
    row.save()
    return True


def _is_overtaken(run: CalendarRun) -> bool:
    """Taken back before all cases were moved: those left stay where they are, and the undoing comes next."""
    return run.phase == Phase.APPLY and run.draft.status == CalendarDraft.Status.UNDONE


def _walk(row: CaseRun, known: Known, at: datetime) -> BatchRun:
    run = row.run
    return BatchRun(candidates(run), partial(_came_between, run), partial(_work_on, row, known=known, at=at), BATCH)


def candidates(run: CalendarRun) -> CaseQuerySet:
    """The cases that a run may move: what is due before the first day touched cannot depend on it."""
    cases = Case.objects.open()
    if run.phase == Phase.UNDO:
        return cases.filter(calendar__gte=run.draft.edition_after)
    day = first_day_touched(run.draft)
    if day is None:
        return cases.none()
    since, _end = day_bounds(day)
    return cases.filter(Q(due_at__gte=since) | Q(next_due_at__gte=since))


def _came_between(run: CalendarRun) -> list[int]:
    """Those received around the publication by somebody who still knew the calendar before it."""
    received = candidates(run).filter(received_at__gte=run.created_at - CAUGHT_BETWEEN, calendar__lt=run.edition)
    return list(received.values_list("pk", flat=True))


def _work_on(row: CaseRun, keys: list[int], *, known: Known, at: datetime) -> list[int]:
    """Reckon these cases and write what changes; returns those that somebody else has locked."""
    if not keys:
        return []
    run = row.run
    # locked for a preview too: nobody may make a secret of a case while its dates are noted down
    found = list(Case.objects.filter(pk__in=keys).select_for_update(skip_locked=True, no_key=True, of=("self",)))
    changed = list(_changed([one for one in found if one.state in OPEN], run, known, at))
    plain = [(case, change) for case, change in changed if not case.is_sealed]
    row.looked_at += sum(not one.is_sealed for one in found)
    row.moved += len(plain)
    row.moves_kept += _keep_moves(row, plain)
    if run.phase != Phase.PREVIEW:
        _write(run, changed, plain, at)
    return sorted(set(keys) - {one.pk for one in found})


def _changed(cases: list[Case], run: CalendarRun, known: Known, at: datetime) -> Iterator[tuple[Case, Change]]:
    known.learn_units(one.receiving_unit_id for one in cases)
    told = _histories(one.pk for one in cases)
    for case in cases:
        story = Replay(known.calendar_of(case.receiving_unit_id, run))
        try:
            change = _change(story, told[case.pk], run, at)
        except ImpossibleHistory:
            log.warning("a case has an impossible history: its dates stay as they are")  # which one may be a secret
            continue
        if change:
            yield case, change


def _change(story: Replay, told: list[EventRecord], run: CalendarRun, at: datetime) -> Change | None:
    for event in told:
        story.apply(event)
    draft = run.draft
    if run.phase != Phase.UNDO:
        return applied(story, draft=draft.pk, edition=run.edition or DRAFTED, at=at)
    assert draft.edition_after is not None
    assert run.edition is not None
    return undone(story, act=act_of(told, draft.pk), since=draft.edition_after, edition=run.edition, at=at)


def _histories(keys: Iterable[int]) -> Mapping[int, list[EventRecord]]:
    """The events of each case, in order; one query."""
    told: dict[int, list[EventRecord]] = {key: [] for key in keys}
    rows = CaseEvent.objects.filter(case__in=list(told)).in_order()
    for key, kind, at, unit, to, data in rows.values_list("case_id", "kind", "at", "unit_id", "to_status", "data"):
        told[key].append(EventRecord(EventKind(kind), at, unit, Status(to), data))
    return told


def _keep_moves(row: CaseRun, plain: Changed) -> int:
    moves = [
        {"run_id": row.pk, "case_id": case.pk, "what": move.what.value, "old_due": move.old, "new_due": move.new}
        for case, change in plain
        for move in change.moves
    ]
    send_rows(_MOVES, moves)
    return len(moves)


def _write(run: CalendarRun, changed: Changed, plain: Changed, at: datetime) -> None:
    actor = run.draft.closed_by if run.phase == Phase.UNDO else run.draft.approver
    assert actor is not None
    send_rows(_EVENTS, [one for case, change in changed for one in _events(case, change, actor)])
    states = [(case.pk, change.after) for case, change in changed]
    send_rows(_CASES, [{"id": key, **{name: getattr(to, name) for name in MOVED}} for key, to in states])
    counted = [change for _case, change in changed if _differs(change)]
    mark_days([day for change in counted for day in (*counted_on(change.before), *counted_on(change.after))])
    _tell(run, [(case, change) for case, change in plain if change.is_told], at)


def _events(case: Case, change: Change, actor: User) -> Iterator[dict[str, object]]:
    for number, event in change.events:
        yield {
            "case_id": case.pk,
            "number": number,
            "kind": event.kind.value,
            "from_status": case.status,
            "to_status": event.to_status.value,
            "at": event.at,
            "unit_id": event.unit_id,
            "actor_id": actor.pk,
            "data": event.data,
        }


def _differs(change: Change) -> bool:
    return any(getattr(change.before, name) != getattr(change.after, name) for name in COUNTED_BY)


def _tell(run: CalendarRun, told: Changed, at: datetime) -> None:
    """One notice to each reporter, of plain cases only: the day before, the new one, and why."""
    if not told:
        return
    kind = Notice.Kind.CASE_RECALENDARED
    rows = Reporter.objects.filter(case__in=[case.pk for case, _change in told])
    reporters = {one.case_id: one for one in rows}
    issue_once(notices=[_notice(run, kind, case, change, reporters.get(case.pk), at) for case, change in told])


def _notice(
    run: CalendarRun, kind: Notice.Kind, case: Case, change: Change, reporter: Reporter | None, at: datetime
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


def _forget_stale() -> bool:
    """Delete some of the dates that no page shows any more; False when none are left."""
    some = CaseMove.objects.filter(run__run__is_stale=True).values("pk")[:FORGOTTEN_AT_ONCE]
    gone, _tables = CaseMove.objects.filter(pk__in=some).delete()
    return gone > 0
