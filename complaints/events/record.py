"""Writes what every act on a case writes: the event, the row that results from all events, the stale marks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.replay import CACHED, EventRecord, ImpossibleHistory, Replay, State
from complaints.clock.states import LEADS_TO, EventKind, Status, may_happen
from complaints.models import EVENT_LABELS, STATUS_LABELS, Case, CaseEvent, CaseReading
from dossiers.events.record import calendars_of, mark_days
from units.calendar.lookup import current_edition
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

COUNTED_BY = {"finished_at", "unit_id", "received_at", "due_at", "kind", "outcome", "reopened"}
"""Columns by which the figures count a case; they also count by category, which no event changes."""


def event_record(kind: str, at: datetime, unit_id: int, to_status: str, data: dict[str, Any]) -> EventRecord:
    """An event as replay reads it, from stored values."""
    return EventRecord(EventKind(kind), at, unit_id, Status(to_status), data)


def as_event_record(event: CaseEvent) -> EventRecord:
    return event_record(event.kind, event.at, event.unit_id, event.to_status, event.data)


def history_of(case: Case, events: Iterable[CaseEvent] | None = None) -> Replay:
    """The replay of all events so far; more may be applied. `events` in order, where they are loaded already."""
    replay = Replay(calendars_of(case.receiving_unit))
    for event in case.events.in_order() if events is None else events:
        replay.apply(as_event_record(event))
    return replay


def locked(case: Case) -> Case:
    """The row as it is now, locked until the end of the transaction."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("receiving_unit", "unit", "category")
    return rows.get(pk=case.pk)


def due_if_accepted(case: Case, at: datetime) -> datetime | None:
    """The settlement deadline if the case were accepted now; None where it cannot be accepted."""
    replay = history_of(case, case.events.all())
    data = {"calendar": current_edition()}
    try:
        replay.apply(EventRecord(EventKind.ACCEPTED, at, case.unit_id, Status.ACCEPTED, data))
    except ImpossibleHistory:
        return None
    return replay.state.due_at


def append_event(
    case: Case,
    kind: EventKind,
    *,
    actor: User | None,
    at: datetime,
    unit: Unit | None = None,
    data: dict[str, Any] | None = None,
) -> CaseEvent:
    """Add the next event to a locked case, at its unit or at `unit`, and update its row.

    The event carries the current edition of the calendar. Raises RuleBroken when the table of moves or the order of
    time forbids it.
    """
    replay = history_of(case)
    before = replay.state
    event = CaseEvent(
        case=case,
        number=replay.number + 1,
        kind=kind.value,
        from_status=before.status or "",
        to_status=LEADS_TO.get(kind, before.status) or "",
        at=at,
        unit=unit or case.unit,
        actor=actor,
        data=data or {},
    )
    _check(case, event, before)
    if (edition := current_edition()) != before.calendar:
        event.data = {**event.data, "calendar": edition}
    try:
        replay.apply(as_event_record(event))
    except ImpossibleHistory as impossible:
        raise RuleBroken(_("Việc này không làm được ở bước hiện tại của vụ việc.")) from impossible
    event.save(force_insert=True)
    write_state(case, before, replay.state)
    return event


def write_state(case: Case, before: State, after: State) -> None:
    """Write the columns that changed, and mark the days on which the figures count the case, or did until now."""
    changed = [name for name in CACHED if getattr(after, name) != getattr(before, name)]
    for name in changed:
        setattr(case, name, _plain(getattr(after, name)))
    if changed:
        case.save(update_fields=[name.removesuffix("_id") for name in changed])
    if COUNTED_BY & set(changed):
        mark_days([*counted_on(before), *counted_on(after)])


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Status) else value


def counted_on(state: State) -> list[tuple[int, date]]:
    """The units and local days on which the figures count a case in this state."""
    if state.unit_id is None:
        return []
    return [(state.unit_id, local_day(at)) for at in (state.received_at, state.finished_at) if at]


def _check(case: Case, event: CaseEvent, before: State) -> None:
    kind = EventKind(event.kind)
    if not may_happen(kind, before.status, Status(event.to_status)):
        words = {"now": STATUS_LABELS[case.state], "act": EVENT_LABELS[kind]}
        raise RuleBroken(_("Vụ việc đang ở tình trạng “%(now)s”, không làm được việc “%(act)s”.") % words)
    if before.last_at is not None and event.at < before.last_at:
        raise RuleBroken(_("Thời điểm này sớm hơn việc đã ghi trước đó trong nhật ký."))


def note_case_readings(*, cases: Iterable[Case], user: User, page: str, at: datetime, secrets: bool = False) -> None:
    """Record who saw which cases, when and on which page; `secrets`: the sealed content itself."""
    CaseReading.objects.bulk_create(
        CaseReading(case=case, user=user, page=page, at=at, is_of_secrets=secrets) for case in cases
    )
