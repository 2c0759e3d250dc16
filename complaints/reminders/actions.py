"""Reminds of cases that are due, late, not taken over or not completed: once for each fact, in working hours only.

As for dossiers (`dossiers.reminders.actions`), every notice has a key made of the fact it is about, and a batch is one
transaction. Of a sealed case only its named handlers get a notice, which says only that there is work: no code, no
unit, no date, no e-mail, under a key that only the portal can make.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case as Either
from django.db.models import Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from complaints.clock.states import EventKind, Status
from complaints.models import Case, CaseEvent, CaseHandler
from complaints.reminders.due import Recipients, Reminder, ReminderPolicy, WaitingCase, reminders_of
from complaints.sealed.fingerprints import fingerprint
from dossiers.reminders.due import horizon
from dossiers.reminders.reminder_run import (
    ReminderRun,
    Subjects,
    WantedNotice,
    for_each_person,
    in_batches,
    issue_new,
    start_run,
)
from notices.issuing.actions import issue_once, taken_keys
from notices.models import Notice
from units.clock.working_calendar import WorkingCalendar

_WAITING = ("pk", "is_sealed", "status", "unit_id", "assignee_id", "next_due_at", "since", "passed_to_id")


def remind_of_cases(*, at: datetime) -> None:
    """Due soon, overdue, passed on and not taken over, not completed; and escalations to heads."""
    now = start_run(at)
    patience = ReminderPolicy(timedelta(hours=settings.ESCALATE_AFTER_HOURS), settings.CASE_SUPPLEMENT_DAYS)
    for calendar, units in now.open.items():
        for batch in in_batches(_waiting(units, at, calendar)):
            _issue(
                now, [(case, reminder) for case in batch for reminder in reminders_of(case, at, calendar, patience)]
            )


@transaction.atomic
def _issue(now: ReminderRun, found: list[tuple[WaitingCase, Reminder]]) -> None:
    plain = [(case, reminder) for case, reminder in found if not case.is_sealed]
    sealed = [(case, reminder) for case, reminder in found if case.is_sealed and reminder.to is not Recipients.HEADS]
    issue_new(now, [wanted for case, reminder in plain for wanted in _wanted(now, case, reminder)], _codes)
    _notify_handlers(now, sealed)


def _codes(keys: set[int]) -> Subjects:
    """Of plain cases alone, locked lest one is sealed meanwhile; cases that somebody is writing wait for the next
    run."""
    cases = Case.objects.plain().filter(pk__in=keys).select_for_update(skip_locked=True, no_key=True)
    return {pk: (code, {}) for pk, code in cases.order_by("pk").values_list("pk", "code")}


def _wanted(now: ReminderRun, case: WaitingCase, reminder: Reminder) -> list[WantedNotice]:
    ask = now.addressees
    unit = case.unit_id
    match reminder.to:
        case Recipients.HEADS:
            people = ask.heads(unit, reminder.level)
            if not people and reminder.level > 1:
                return []  # no office above has a head: the one below has heard of it
        case Recipients.RECEIVERS:
            unit = case.passed_to_id or unit
            people = ask.workers(unit)
        case _:
            people = ask.workers(unit, case.assignee_id)
    about_unit = case.passed_to_id if reminder.kind is Notice.Kind.CASE_NOT_TAKEN else None
    facts = {"until_at": reminder.until.isoformat(), "unit": ask.places[about_unit or case.unit_id].name}
    return for_each_person(WantedNotice(reminder.kind, reminder.key, case.case_id, unit, None, facts), people)


def _notify_handlers(now: ReminderRun, found: list[tuple[WaitingCase, Reminder]]) -> None:
    handlers = _handlers({case.case_id for case, _reminder in found})
    keys = {
        f"{Notice.Kind.CASE_SEALED_WORK.value}:{fingerprint('sealed work', f'{reminder.key}:{person}')}": person
        for case, reminder in found
        for person in _in_charge(case, handlers[case.case_id])
    }
    if not keys:
        return
    fresh = keys.keys() - taken_keys(keys=keys)
    issue_once(
        notices=[
            Notice(kind=Notice.Kind.CASE_SEALED_WORK, key=key, recipient_id=keys[key], created_at=now.at)
            for key in fresh
        ]
    )


def _in_charge(case: WaitingCase, handlers: list[int]) -> list[int]:
    return [case.assignee_id] if case.assignee_id in handlers else handlers


def _handlers(keys: set[int]) -> Mapping[int, list[int]]:
    named: dict[int, list[int]] = defaultdict(list)
    if keys:
        rows = CaseHandler.objects.filter(case__in=keys, until=None, user__is_active=True)
        for case, user in rows.values_list("case_id", "user_id"):
            named[case].append(user)
    return named


def _waiting(units: list[int], at: datetime, calendar: WorkingCalendar) -> Iterator[WaitingCase]:
    """The open cases that may need a reminder."""
    near = Q(next_due_at__lte=horizon(at, calendar)) | Q(passed_to__isnull=False)
    near |= Q(status=Status.AWAITING_SUPPLEMENT.value)
    began = Coalesce("settled_at", "accepted_at", "received_at")
    cases = Case.objects.open().filter(near, unit__in=units, next_due_at__isnull=False).annotate(since=began)
    passed = When(passed_to__isnull=False, then=_last(EventKind.PASSED_ON))  # what came back was passed on once, too
    cases = cases.annotate(passed=Either(passed), asked=_last(EventKind.SUPPLEMENT_ASKED))
    for row in cases.order_by().values_list(*_WAITING, "passed", "asked").iterator(chunk_size=1000):
        yield WaitingCase(*row)


def _last(kind: EventKind) -> Subquery:
    acts = CaseEvent.objects.filter(case=OuterRef("pk"), kind=kind.value).order_by()
    return Subquery(acts.values("case").annotate(last=Max("at")).values("last"))
