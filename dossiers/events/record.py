"""What every act on a dossier writes: the event, the rows that follow from all events, the mark, the notice."""

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
from dossiers.clock.states import KEEPS, EventKind, Status, may_move
from dossiers.events.followers import News, tell_followers
from dossiers.models import STATUS_LABELS, Dossier, DossierEvent, DossierLeg, DossierReading
from dossiers.models.list_rows import Listed
from notices.issuing.actions import issue_notice
from notices.sending.reach import Reach, applicant_reach
from units.calendar.lookup import current_edition, working_calendar
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import BOOK, next_number
from units.rules import RuleBroken

_MARK = "INSERT INTO dossiers_staleday (unit_id, day) SELECT * FROM unnest(%s::bigint[], %s::date[])"

LEG_FIELDS = ("unit_id", "hours", "group", "due_at", "handed_over_at", "accepted_at", "finished_at", "skipped")


def as_recorded(event: DossierEvent) -> EventRecord:
    return EventRecord(
        kind=EventKind(event.kind),
        at=event.at,
        unit_id=event.unit_id,
        to_status=Status(event.to_status),
        data=event.data,
    )


def calendars_of(desk: Unit) -> CalendarOf:
    """The calendar of a desk by edition."""
    return lambda edition: working_calendar(desk, edition)


def history_of(dossier: Dossier, events: Iterable[DossierEvent] | None = None) -> Replay:
    """The story so far, ready to be continued. `events` in order, where they are loaded already."""
    story = Replay(calendars_of(dossier.receiving_desk))
    for event in dossier.events.in_order() if events is None else events:
        story.apply(as_recorded(event))
    return story


def replayed(dossier: Dossier) -> State:
    """What the dossier's events say its rows must be."""
    return history_of(dossier).state


def locked(dossier: Dossier) -> Dossier:
    """The row as it is now, locked until the end of the transaction."""
    rows = Dossier.objects.select_for_update(of=("self",))
    return rows.select_related("desk", "receiving_desk", "version").get(pk=dossier.pk)


def append_event(dossier: Dossier, event: DossierEvent) -> Dossier:
    """Add the next event to a locked dossier and bring its rows after it.

    The event carries the edition of the calendar known now: what it does to time is reckoned on that one, and nothing
    promised before moves by itself. Raises RuleBroken when the table of moves or the order of time forbids it.
    """
    story = history_of(dossier)
    _check(dossier, event, story)
    before = story.state
    if (edition := current_edition()) != before.calendar:
        event.data = {**event.data, "calendar": edition}
    try:
        story.apply(as_recorded(event))
    except ImpossibleHistory as impossible:
        raise RuleBroken(_("Việc này không làm được ở bước hiện tại của hồ sơ.")) from impossible
    event.dossier, event.number, event.from_status = dossier, story.number, before.status
    event.save(force_insert=True)
    write_state(dossier, before, story.state)
    return dossier


def write_state(dossier: Dossier, before: State, after: State) -> None:
    """Write the columns and the legs that changed."""
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
    """An accepted dossier takes the next number in its desk's book of the year (register, form 06)."""
    if received_at is not None:
        dossier.book_year = local_day(received_at).year
        dossier.book_number = next_number(dossier.receiving_desk_id, BOOK, dossier.book_year)


def write_legs(dossier: Dossier, before: tuple[Leg, ...], after: tuple[Leg, ...]) -> None:
    """Insert or change the rows of the legs that differ; legs of a plan that was corrected away are removed.

    The days on which the offices' figures count one of them, or did until now, are marked.
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
    """Raises RuleBroken when the table of moves does not allow it, naming both statuses."""
    if not may_move(dossier.state, to):
        raise RuleBroken(
            _("Hồ sơ đang ở tình trạng “%(now)s”, không chuyển sang “%(to)s” được.")
            % {"now": STATUS_LABELS[dossier.state], "to": STATUS_LABELS[to]}
        )


def _check(dossier: Dossier, event: DossierEvent, story: Replay) -> None:
    kind = EventKind(event.kind)
    if kind not in KEEPS:
        check_may_move(dossier, Status(event.to_status))
    elif dossier.state not in KEEPS[kind]:
        raise RuleBroken(
            _("Hồ sơ đang ở tình trạng “%(now)s”, không làm được việc “%(act)s”.")
            % {"now": STATUS_LABELS[dossier.state], "act": kind.label}
        )
    last = story.state.last_at
    if last is not None and event.at < last:
        raise RuleBroken(_("Thời điểm này sớm hơn việc đã ghi trước đó trong nhật ký."))


def mark_stale(dossier: Dossier, at: datetime) -> None:
    """The tallies of the handling unit on that local day must be counted anew."""
    mark_days([(dossier.handler_id, local_day(at))])


def work_days(legs: Iterable[Leg]) -> set[tuple[int, date]]:
    """The units and local days on which the offices' figures count these legs."""
    return {(leg.unit_id, local_day(leg.finished_at)) for leg in legs if leg.is_work and leg.finished_at}


def mark_days(days: Iterable[tuple[int, date]]) -> None:
    """The tallies of these units on these local days must be counted anew; one statement, and none for no day."""
    marks = sorted(set(days))
    if marks:
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [[unit for unit, _day in marks], [day for _unit, day in marks]])


def tell_applicant(dossier: Dossier, kind: str, *, at: datetime, **more: Any) -> None:
    """Issue a notice about the dossier, and the same to those who follow it; its context names no person."""
    tell_followers({dossier.pk: tell_only_applicant(dossier, kind, at=at, **more)}, at=at)


def tell_only_applicant(dossier: Dossier, kind: str, *, at: datetime, **more: Any) -> News:
    """As `tell_applicant`, for a dossier of this very moment, which nobody follows yet."""
    reach = reach_of(dossier, kind)
    context = {"procedure": dossier.version.name, "desk": dossier.desk.name, "telephone": dossier.desk.telephone}
    context["track_url"] = where_to_look(dossier, reach)
    if dossier.due_at:
        context["due_at"] = dossier.due_at.isoformat()
    context |= more
    issue_notice(subject=dossier.code, kind=kind, email=reach.email, phone=reach.phone, context=context, at=at)
    return News(dossier.code, kind, context)


def reach_of(dossier: Dossier, kind: str) -> Reach:
    """By which way the applicant hears of this."""
    return applicant_reach(kind, email=dossier.applicant_email, telephone=dossier.applicant_phone)


def where_to_look(dossier: Dossier, reach: Reach) -> str:
    """The dossier's own page; in an SMS, which is short and has the code, the page that asks for it."""
    return reverse("dossiers:track") if reach.phone else reverse("dossiers:tracking", args=[dossier.code])


def note_readings(*, dossiers: Iterable[Dossier | Listed], user: User, page: str, at: datetime) -> None:
    """Remember who was shown whose files, when and on which page."""
    DossierReading.objects.bulk_create(
        DossierReading(dossier_id=dossier.pk, user=user, page=page, at=at) for dossier in dossiers
    )
