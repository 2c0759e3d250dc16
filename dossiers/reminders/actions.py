"""Nobody forgets: what is due, late, or in nobody's hands is told once to the right person, in working hours only.

Every notice has a key made of the fact it tells (see `reminders.due`), and a batch is one transaction: running
twice, in two workers at once, or dying half-way leaves exactly one of each.
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
    Held,
    Reminder,
    To,
    Travelling,
    about_held,
    about_travelling,
    horizon,
)
from dossiers.reminders.reminder_run import (
    ReminderRun,
    Wanted,
    begin_round,
    in_batches,
    issue_wanted,
    to_people,
)
from notices.models import Notice
from units.clock.working_calendar import WorkingCalendar

_HELD = (
    *("dossier_id", "position", "unit_id", "dossier__desk_id", "assignee_id", "accepted_at", "due_at"),
    *("dossier__received_at", "dossier__due_at", "was_put_off"),
)
_TRAVELLING = ("dossier_id", "position", "unit_id", "handed_over_at", "sender_id", "sender_assignee_id")


def remind_of_legs(*, at: datetime) -> None:
    """Due soon, overdue, not handed over, apology still possible, and lateness that heads must hear of."""
    now = begin_round(at)
    after = timedelta(hours=settings.ESCALATE_AFTER_HOURS)
    for calendar, units in now.open.items():
        for batch in in_batches(_held(units, at, calendar)):
            _issue(now, [(leg, said) for leg in batch for said in about_held(leg, at, calendar, after)])


def remind_of_hand_overs(*, at: datetime) -> None:
    """What was handed over and not accepted within four working hours of the receiver, to both sides."""
    now = begin_round(at)
    for calendar, units in now.open.items():
        for batch in in_batches(_travelling(units, at)):
            _issue(now, [(leg, said) for leg in batch for said in about_travelling(leg, at, calendar)])


def report_late_consultations(*, at: datetime) -> None:
    """An office that did not answer in time is reported to the head of the desk (Decree 61/2018, article 19.5)."""
    now = begin_round(at)
    late = Consultation.objects.filter(answered_at=None, answer_by__lt=at, dossier__status__in=OPEN)
    rows = late.filter(dossier__desk__in=now.open_units).select_related("dossier", "office")
    for batch in in_batches(rows.iterator(chunk_size=1000)):
        _report(now, batch)


@transaction.atomic
def _report(now: ReminderRun, late: Iterable[Consultation]) -> None:
    wanted: list[Wanted] = []
    for asked in late:
        desk = asked.dossier.desk_id
        kind = Notice.Kind.CONSULT_LATE
        facts = {"until_at": asked.answer_by.isoformat(), "office": asked.office.name}
        one = Wanted(kind, f"{kind.value}:{asked.pk}", asked.dossier_id, desk, None, facts)
        wanted += to_people(one, now.addressees.heads(desk, 1))
    issue_wanted(now, wanted)


@transaction.atomic
def _issue(now: ReminderRun, told: Iterable[tuple[Held | Travelling, Reminder]]) -> None:
    issue_wanted(now, [wanted for leg, said in told for wanted in _wanted(now, leg, said)])


def _wanted(now: ReminderRun, leg: Held | Travelling, said: Reminder) -> list[Wanted]:
    unit, people = _right_people(now, leg, said)
    if not people and said.level > 1:
        return []  # no office above has a head: the one below has heard of it
    facts: dict[str, Any] = {"until_at": said.until.isoformat(), "unit": now.addressees.places[leg.unit_id].name}
    if said.is_of_step:
        facts["of_step"] = True
    return to_people(Wanted(said.kind, said.key, leg.dossier_id, unit, None, facts), people)


def _right_people(now: ReminderRun, leg: Held | Travelling, said: Reminder) -> tuple[int, tuple[int, ...]]:
    """Who hears a reminder, and the unit they hear it for."""
    ask = now.addressees
    match said.to:
        case To.HEADS:
            return leg.unit_id, ask.heads(leg.unit_id, said.level)
        case To.DESK if isinstance(leg, Held):
            return leg.desk_id, ask.workers(leg.desk_id)
        case To.SENDERS if isinstance(leg, Travelling):
            sender = leg.sender_id or leg.unit_id
            return sender, ask.workers(sender, leg.sender_assignee_id)
        case _:
            return leg.unit_id, ask.workers(leg.unit_id, leg.assignee_id if isinstance(leg, Held) else None)


def _held(units: list[int], at: datetime, calendar: WorkingCalendar) -> Iterator[Held]:
    """The legs in hand of which something may have to be said."""
    until = horizon(at, calendar)
    near = Q(due_at__lte=until) | Q(dossier__due_at__lte=until) | Q(position=0)
    legs = DossierLeg.objects.in_hand().filter(near, unit__in=units, due_at__isnull=False)
    legs = legs.filter(dossier__status__in=RUNNING).annotate(was_put_off=Q(dossier__new_due_at__isnull=False))
    for row in legs.order_by().values_list(*_HELD).iterator(chunk_size=1000):
        yield Held(*row)


def _travelling(units: list[int], at: datetime) -> Iterator[Travelling]:
    legs = DossierLeg.objects.on_the_way().filter(unit__in=units, handed_over_at__lt=at)
    rows = legs.filter(dossier__status__in=RUNNING).with_sender()
    for row in rows.order_by().values_list(*_TRAVELLING).iterator(chunk_size=1000):
        yield Travelling(*row)
