"""What every act on a case writes: the event, the row that follows from all events, the mark for the figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.clocks import CalendarOf
from complaints.clock.replay import CACHED, EventRecord, ImpossibleHistory, Replay, State
from complaints.clock.states import LEADS_TO, EventKind, Status, may_happen
from complaints.models import EVENT_LABELS, STATUS_LABELS, Case, CaseEvent, CaseReading
from dossiers.events.record import mark_days
from units.calendar.lookup import current_edition, working_calendar
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

COUNTED_BY = {"finished_at", "unit_id", "received_at", "due_at", "kind", "outcome", "reopened"}
"""What the figures count a case by; its category too, which is no matter of its events."""


def as_recorded(event: CaseEvent) -> EventRecord:
    return EventRecord(EventKind(event.kind), event.at, event.unit_id, Status(event.to_status), event.data)


def calendars_of(unit: Unit) -> CalendarOf:
    """The calendar of the receiving unit by edition."""
    return lambda edition: working_calendar(unit, edition)


def history_of(case: Case, events: Iterable[CaseEvent] | None = None) -> Replay:
    """The story so far, ready to be continued. `events` in order, where they are loaded already."""
    story = Replay(calendars_of(case.receiving_unit))
    for event in case.events.in_order() if events is None else events:
        story.apply(as_recorded(event))
    return story


def replayed(case: Case) -> State:
    """What the case's events say its row must be."""
    return history_of(case).state


def locked(case: Case) -> Case:
    """The row as it is now, locked until the end of the transaction."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("receiving_unit", "unit", "category")
    return rows.get(pk=case.pk)


def due_if_accepted(case: Case, at: datetime) -> datetime | None:
    """By when the case would have to be settled if it were accepted now; None where it cannot be."""
    story = history_of(case, case.events.all())
    data = {"calendar": current_edition()}
    try:
        story.apply(EventRecord(EventKind.ACCEPTED, at, case.unit_id, Status.ACCEPTED, data))
    except ImpossibleHistory:
        return None
    return story.state.due_at


def append_event(
    case: Case,
    kind: EventKind,
    *,
    actor: User | None,
    at: datetime,
    unit: Unit | None = None,
    data: dict[str, Any] | None = None,
) -> CaseEvent:
    """Add the next event to a locked case, where it is now or at `unit`, and bring its row after it.

    The event carries the edition of the calendar known now. Raises RuleBroken when the table of moves or the order of
    time forbids it.
    """
    story = history_of(case)
    before = story.state
    event = CaseEvent(
        case=case,
        number=story.number + 1,
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
        story.apply(as_recorded(event))
    except ImpossibleHistory as impossible:
        raise RuleBroken(_("Việc này không làm được ở bước hiện tại của vụ việc.")) from impossible
    event.save(force_insert=True)
    write_state(case, before, story.state)
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
        history_of = {"now": STATUS_LABELS[case.state], "act": EVENT_LABELS[kind]}
        raise RuleBroken(_("Vụ việc đang ở tình trạng “%(now)s”, không làm được việc “%(act)s”.") % history_of)
    if before.last_at is not None and event.at < before.last_at:
        raise RuleBroken(_("Thời điểm này sớm hơn việc đã ghi trước đó trong nhật ký."))


def note_case_readings(*, cases: Iterable[Case], user: User, page: str, at: datetime, secrets: bool = False) -> None:
    """Remember who was shown whose cases, when and on which page; `secrets`: the sealed particulars themselves."""
    CaseReading.objects.bulk_create(
        CaseReading(case=case, user=user, page=page, at=at, is_of_secrets=secrets) for case in cases
    )
