"""Sends reminders to staff: what is due, late, or not taken over; once each, during working hours only.

The key of every notice identifies its fact (see `reminders.due`), and a batch is one transaction: a second run, a
parallel worker or a crash never issues a notice twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from dossiers.clock.states import OPEN, RUNNING
from dossiers.models import Consultation, DossierLeg
from dossiers.reminders.due import (
    HeldLeg,
    LegOnTheWay,
    Recipients,
    Reminder,
    held_leg_reminders,
    horizon,
    on_the_way_reminders,
)
from dossiers.reminders.reminder_run import (
    ReminderRun,
    WantedNotice,
    for_each_person,
    in_batches,
    issue_new,
    start_run,
)
from notices.models import Notice
from units.clock.working_calendar import WorkingCalendar

_HELD_COLUMNS = (
    *("dossier_id", "position", "unit_id", "dossier__desk_id", "assignee_id", "accepted_at", "due_at"),
    *("dossier__received_at", "dossier__due_at", "was_put_off"),
)
_ON_THE_WAY_COLUMNS = ("dossier_id", "position", "unit_id", "handed_over_at", "sender_id", "sender_assignee_id")


def remind_of_legs(*, at: datetime) -> None:
    """Reminds of legs due soon, overdue, not handed over, of possible apologies; escalates lateness to heads."""
    run = start_run(at)
    after = timedelta(hours=settings.ESCALATE_AFTER_HOURS)
    for calendar, units in run.open.items():
        for batch in in_batches(_held_legs(units, at, calendar)):
            _issue(
                run, [(leg, reminder) for leg in batch for reminder in held_leg_reminders(leg, at, calendar, after)]
            )


def remind_of_hand_overs(*, at: datetime) -> None:
    """Reports hand-overs not accepted within four working hours of the receiver, to both sides."""
    run = start_run(at)
    for calendar, units in run.open.items():
        for batch in in_batches(_legs_on_the_way(units, at)):
            _issue(run, [(leg, reminder) for leg in batch for reminder in on_the_way_reminders(leg, at, calendar)])


def report_late_consultations(*, at: datetime) -> None:
    """Reports consultations not answered in time to the head of the desk (Decree 61/2018, article 19.5)."""
    run = start_run(at)
    late = Consultation.objects.filter(answered_at=None, answer_by__lt=at, dossier__status__in=OPEN)
    rows = late.filter(dossier__desk__in=run.open_units).select_related("dossier", "office")
    for batch in in_batches(rows.iterator(chunk_size=1000)):
        _report(run, batch)


@transaction.atomic
def _report(run: ReminderRun, late: Iterable[Consultation]) -> None:
    wanted: list[WantedNotice] = []
    for asked in late:
        desk = asked.dossier.desk_id
        kind = Notice.Kind.CONSULT_LATE
        facts = {"until_at": asked.answer_by.isoformat(), "office": asked.office.name}
        one = WantedNotice(kind, f"{kind.value}:{asked.pk}", asked.dossier_id, desk, None, facts)
        wanted += for_each_person(one, run.addressees.heads(desk, 1))
    issue_new(run, wanted)


@transaction.atomic
def _issue(run: ReminderRun, reminders: Iterable[tuple[HeldLeg | LegOnTheWay, Reminder]]) -> None:
    issue_new(run, [wanted for leg, reminder in reminders for wanted in _wanted_notices(run, leg, reminder)])


def _wanted_notices(run: ReminderRun, leg: HeldLeg | LegOnTheWay, reminder: Reminder) -> list[WantedNotice]:
    unit, people = _recipients(run, leg, reminder)
    if not people and reminder.level > 1:
        return []  # no office above has a head; the head below has been notified
    facts: dict[str, Any] = {"until_at": reminder.until.isoformat(), "unit": run.addressees.places[leg.unit_id].name}
    if reminder.is_of_step:
        facts["of_step"] = True
    return for_each_person(WantedNotice(reminder.kind, reminder.key, leg.dossier_id, unit, None, facts), people)


def _recipients(run: ReminderRun, leg: HeldLeg | LegOnTheWay, reminder: Reminder) -> tuple[int, tuple[int, ...]]:
    """The unit and the people that a reminder goes to."""
    ask = run.addressees
    match reminder.to:
        case Recipients.HEADS:
            return leg.unit_id, ask.heads(leg.unit_id, reminder.level)
        case Recipients.DESK if isinstance(leg, HeldLeg):
            return leg.desk_id, ask.workers(leg.desk_id)
        case Recipients.SENDERS if isinstance(leg, LegOnTheWay):
            sender = leg.sender_id or leg.unit_id
            return sender, ask.workers(sender, leg.sender_assignee_id)
        case _:
            return leg.unit_id, ask.workers(leg.unit_id, leg.assignee_id if isinstance(leg, HeldLeg) else None)


def _held_legs(units: list[int], at: datetime, calendar: WorkingCalendar) -> Iterator[HeldLeg]:
    """The legs in hand that may need a reminder."""
    until = horizon(at, calendar)
    near = Q(due_at__lte=until) | Q(dossier__due_at__lte=until) | Q(position=0)
    legs = DossierLeg.objects.in_hand().filter(near, unit__in=units, due_at__isnull=False)
    legs = legs.filter(dossier__status__in=RUNNING).annotate(was_put_off=Q(dossier__new_due_at__isnull=False))
    for row in legs.order_by().values_list(*_HELD_COLUMNS).iterator(chunk_size=1000):
        yield HeldLeg(*row)


def _legs_on_the_way(units: list[int], at: datetime) -> Iterator[LegOnTheWay]:
    legs = DossierLeg.objects.on_the_way().filter(unit__in=units, handed_over_at__lt=at)
    rows = legs.filter(dossier__status__in=RUNNING).with_sender()
    for row in rows.order_by().values_list(*_ON_THE_WAY_COLUMNS).iterator(chunk_size=1000):
        yield LegOnTheWay(*row)
