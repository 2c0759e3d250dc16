"""What every act on a dossier writes: the event, the row that follows from all events, the mark, the notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.models import STATUS_LABELS, Dossier, DossierEvent, DossierReading, local_day
from dossiers.replay import CACHED, Recorded, State, state_of
from dossiers.states import EventKind, Status, may_move
from notices.actions import issue_notice
from units.calendars import working_calendar
from units.rules import RuleBroken
from units.working_time import WorkingCalendar

_MARK = "INSERT INTO dossiers_staleday (unit_id, day) VALUES (%s, %s)"


def as_recorded(event: DossierEvent) -> Recorded:
    return Recorded(
        kind=EventKind(event.kind),
        at=event.at,
        unit_id=event.unit_id,
        to_status=Status(event.to_status),
        data=event.data,
    )


def replayed(dossier: Dossier, calendar: WorkingCalendar | None = None) -> State:
    """What the dossier's events say its row must be."""
    events = dossier.events.in_order()
    return state_of(map(as_recorded, events), calendar or working_calendar(dossier.desk))


def append_event(dossier: Dossier, event: DossierEvent) -> Dossier:
    """Add the next event to a locked dossier and bring its row after it.

    Only the columns which this event changes are written: a calendar corrected since registration must not silently
    move a date that a slip has promised. Raises RuleBroken when the table of moves or the order of time forbids it.
    """
    told = [as_recorded(earlier) for earlier in dossier.events.in_order()]
    _check(dossier, event, told)
    calendar = working_calendar(dossier.desk)
    before = state_of(told, calendar)
    after = state_of([*told, as_recorded(event)], calendar)
    event.dossier, event.number, event.from_status = dossier, len(told) + 1, dossier.status
    event.save(force_insert=True)
    changed = [name for name in CACHED if getattr(after, name) != getattr(before, name)]
    for name in changed:
        setattr(dossier, name, getattr(after, name))
    dossier.save(update_fields=changed)
    return dossier


def check_may_move(dossier: Dossier, to: Status) -> None:
    """Raises RuleBroken when the table of moves does not allow it, naming both statuses."""
    if not may_move(dossier.state, to):
        raise RuleBroken(
            _("Hồ sơ đang ở tình trạng “%(now)s”, không chuyển sang “%(to)s” được.")
            % {"now": STATUS_LABELS[dossier.state], "to": STATUS_LABELS[to]}
        )


def _check(dossier: Dossier, event: DossierEvent, told: list[Recorded]) -> None:
    check_may_move(dossier, Status(event.to_status))
    if told and event.at < told[-1].at:
        raise RuleBroken(_("Thời điểm này sớm hơn việc đã ghi trước đó trong nhật ký."))


def mark_stale(dossier: Dossier, at: datetime) -> None:
    """The tallies of the handling unit on that local day must be counted anew."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [dossier.handler_id, local_day(at)])


def tell_applicant(dossier: Dossier, kind: str, *, at: datetime, **more: Any) -> None:
    """Issue a notice about the dossier; its context names no person."""
    context = {"procedure": dossier.version.name, "desk": dossier.desk.name, "telephone": dossier.desk.telephone}
    if dossier.due_at:
        context["due_at"] = dossier.due_at.isoformat()
    issue_notice(subject=dossier.code, kind=kind, email=dossier.applicant_email, context=context | more, at=at)


def note_readings(*, dossiers: Iterable[Dossier], user: User, page: str, at: datetime) -> None:
    """Remember who was shown whose files, when and on which page."""
    DossierReading.objects.bulk_create(
        DossierReading(dossier=dossier, user=user, page=page, at=at) for dossier in dossiers
    )
