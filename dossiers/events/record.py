"""Writes an operation on a dossier: the event, the rows computed from the events, the recount mark, the notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.clocks import CalendarOf
from dossiers.clock.legs import Leg
from dossiers.clock.replay import CACHED, EventRecord, ImpossibleHistory, Replay, State
from dossiers.clock.states import ALLOWED_DURING, EventKind, Status, may_move
from dossiers.events.followers import DossierNotice, notify_followers
from dossiers.models import STATUS_LABELS, Dossier, DossierEvent, DossierLeg, DossierReading
from dossiers.models.list_rows import ListedDossier
from dossiers.permissions import reads_as
from notices.issuing.actions import issue_notice
from notices.sending.reach import Reach, applicant_reach
from units.calendar.lookup import current_edition, working_calendar
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import BOOK, next_number
from units.rules import RuleBroken

_MARK = "INSERT INTO dossiers_staleday (unit_id, day) SELECT * FROM unnest(%s::bigint[], %s::date[])"

LEG_FIELDS = ("unit_id", "hours", "group", "due_at", "handed_over_at", "accepted_at", "finished_at", "skipped")


def event_record(kind: str, at: datetime, unit_id: int, to_status: int, data: dict[str, Any]) -> EventRecord:
    """An event as replay reads it, from stored values."""
    return EventRecord(EventKind(kind), at, unit_id, Status(to_status), data)


def as_event_record(event: DossierEvent) -> EventRecord:
    return event_record(event.kind, event.at, event.unit_id, event.to_status, event.data)


def calendars_of(desk: Unit) -> CalendarOf:
    """Returns the function from edition to working calendar of a desk."""
    return lambda edition: working_calendar(desk, edition)


def history_of(dossier: Dossier, events: Iterable[DossierEvent] | None = None) -> Replay:
    """The replay of all events so far; more may be applied. `events` in order, where they are loaded already."""
    replay = Replay(calendars_of(dossier.receiving_desk))
    for event in dossier.events.in_order() if events is None else events:
        replay.apply(as_event_record(event))
    return replay


def locked(dossier: Dossier) -> Dossier:
    """Reads the row again and locks it until the end of the transaction."""
    rows = Dossier.objects.select_for_update(of=("self",))
    return rows.select_related("desk", "receiving_desk", "version").get(pk=dossier.pk)


def append_event(dossier: Dossier, event: DossierEvent) -> Dossier:
    """Appends an event to a locked dossier and updates its rows.

    Stores the current calendar edition in the event, so that its dates follow that edition and earlier promises stay.
    Raises RuleBroken when the table of transitions or the order of time forbids the event.
    """
    replay = history_of(dossier)
    _check(dossier, event, replay)
    before = replay.state
    if (edition := current_edition()) != before.calendar:
        event.data = {**event.data, "calendar": edition}
    try:
        replay.apply(as_event_record(event))
    except ImpossibleHistory as impossible:
        raise RuleBroken(_("Việc này không làm được ở bước hiện tại của hồ sơ.")) from impossible
    event.dossier, event.number, event.from_status = dossier, replay.number, before.status
    event.save(force_insert=True)
    write_state(dossier, before, replay.state)
    return dossier


def write_state(dossier: Dossier, before: State, after: State) -> None:
    """Writes the columns and the legs that changed."""
    changed = [name for name in CACHED if getattr(after, name) != getattr(before, name)]
    for name in changed:
        setattr(dossier, name, getattr(after, name))
    if before.received_at is None and after.received_at is not None:
        enter_book(dossier, after.received_at)
        changed += ["book_year", "book_number"]
    if changed:
        dossier.save(update_fields=[name.removesuffix("_id") for name in changed])
    write_legs(dossier, before.legs, after.legs)


def enter_book(dossier: Dossier, received_at: datetime | None) -> None:
    """Gives an accepted dossier the next number in its desk's register book of the year (form 06)."""
    if received_at is not None:
        dossier.book_year = local_day(received_at).year
        dossier.book_number = next_number(dossier.receiving_desk_id, BOOK, dossier.book_year)


def write_legs(dossier: Dossier, before: tuple[Leg, ...], after: tuple[Leg, ...]) -> None:
    """Inserts or updates the legs that differ and removes those that a corrected plan no longer has.

    Marks for recounting the days on which the offices' figures count a changed leg, or counted it before.
    """
    changed = [leg for leg in after if leg not in before]
    if changed:
        DossierLeg.objects.bulk_create(
            [leg_row(dossier.pk, leg) for leg in changed],
            update_conflicts=bool(before),
            unique_fields=["dossier", "position"] if before else None,
            update_fields=[*(name.removesuffix("_id") for name in LEG_FIELDS), "step", "assignee"] if before else None,
        )
    if len(after) < len(before):
        dossier.legs.filter(position__gte=len(after)).delete()
    mark_days(work_days(set(before) ^ set(after)))


def leg_row(dossier_id: int, leg: Leg) -> DossierLeg:
    return DossierLeg(
        dossier_id=dossier_id,
        position=leg.position,
        step_id=leg.step_id or None,
        assignee_id=leg.assignee_id,
        **{name: getattr(leg, name) for name in LEG_FIELDS},
    )


def check_may_move(dossier: Dossier, to: Status) -> None:
    """Raises RuleBroken, naming both statuses, when the table of transitions forbids it."""
    if not may_move(dossier.state, to):
        raise RuleBroken(
            _("Hồ sơ đang ở tình trạng “%(now)s”, không chuyển sang “%(to)s” được.")
            % {"now": STATUS_LABELS[dossier.state], "to": STATUS_LABELS[to]}
        )


def _check(dossier: Dossier, event: DossierEvent, replay: Replay) -> None:
    kind = EventKind(event.kind)
    if kind not in ALLOWED_DURING:
        check_may_move(dossier, Status(event.to_status))
    elif dossier.state not in ALLOWED_DURING[kind]:
        raise RuleBroken(
            _("Hồ sơ đang ở tình trạng “%(now)s”, không làm được việc “%(act)s”.")
            % {"now": STATUS_LABELS[dossier.state], "act": kind.label}
        )
    last = replay.state.last_at
    if last is not None and event.at < last:
        raise RuleBroken(_("Thời điểm này sớm hơn việc đã ghi trước đó trong nhật ký."))


def mark_stale(dossier: Dossier, at: datetime) -> None:
    """Marks the handling unit's local day of `at` for recounting."""
    mark_days([(dossier.handler_id, local_day(at))])


def work_days(legs: Iterable[Leg]) -> set[tuple[int, date]]:
    """Returns the units and local days on which the offices' figures count these legs."""
    return {(leg.unit_id, local_day(leg.finished_at)) for leg in legs if leg.is_work and leg.finished_at}


def mark_days(days: Iterable[tuple[int, date]]) -> None:
    """Marks (unit, local day) pairs for recounting."""
    marks = sorted(set(days))
    if marks:
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [[unit for unit, _day in marks], [day for _unit, day in marks]])


def notify_applicant(dossier: Dossier, kind: str, *, at: datetime, **more: Any) -> None:
    """Issues a notice to the applicant and to the followers; the context names no person."""
    notify_followers({dossier.pk: notify_only_applicant(dossier, kind, at=at, **more)}, at=at)


def notify_only_applicant(dossier: Dossier, kind: str, *, at: datetime, **more: Any) -> DossierNotice:
    """As `notify_applicant`, without the query for followers: for a dossier just registered."""
    reach = reach_of(dossier, kind)
    context = {"procedure": dossier.version.name, "desk": dossier.desk.name, "telephone": dossier.desk.telephone}
    context["track_url"] = track_url(dossier, reach)
    if dossier.due_at:
        context["due_at"] = dossier.due_at.isoformat()
    context |= more
    issue_notice(subject=dossier.code, kind=kind, email=reach.email, phone=reach.phone, context=context, at=at)
    return DossierNotice(dossier.code, kind, context)


def reach_of(dossier: Dossier, kind: str) -> Reach:
    """The e-mail address or telephone number that receives this kind of notice."""
    return applicant_reach(kind, email=dossier.applicant_email, telephone=dossier.applicant_phone)


def track_url(dossier: Dossier, reach: Reach) -> str:
    """The URL of the dossier's page; in an SMS, which is short and names the code, of the look-up form."""
    return reverse("dossiers:track") if reach.phone else reverse("dossiers:tracking", args=[dossier.code])


def note_readings(
    *, dossiers: Iterable[Dossier | ListedDossier], user: User, page: str, at: datetime, ground: str = ""
) -> None:
    """Records that these dossiers were shown to `user` on `page`. What opens one dossier calls `readings/gate.py`."""
    DossierReading.objects.bulk_create(_reading(dossier, user, page, at, ground) for dossier in dossiers)


def _reading(dossier: Dossier | ListedDossier, user: User, page: str, at: datetime, ground: str) -> DossierReading:
    held = reads_as(user, dossier)
    place = {"unit_id": held.unit_id, "role": held.role} if held else {}
    came_by = {"session_hash": user.origin.session, "address_hash": user.origin.address} if user.origin else {}
    return DossierReading(dossier_id=dossier.pk, user=user, page=page, at=at, ground=ground, **place, **came_by)
