"""No case is forgotten: what is due, late, in nobody's hands or not completed is told once, in working hours only.

The pattern is that of dossiers (`dossiers.reminders.actions`): every notice has a key made of the fact it tells, and a
batch is one transaction. Of a sealed case nobody hears but its named handlers, and they only that there is work: no
code, no unit, no date, no e-mail, under a key that only the portal can make.
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
from complaints.reminders.due import Patience, Reminder, To, Waiting, about
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
    """Due soon, overdue, passed on and not taken, not completed; and what heads must hear of."""
    now = start_run(at)
    patience = Patience(timedelta(hours=settings.ESCALATE_AFTER_HOURS), settings.CASE_SUPPLEMENT_DAYS)
    for calendar, units in now.open.items():
        for batch in in_batches(_waiting(units, at, calendar)):
            _issue(now, [(case, said) for case in batch for said in about(case, at, calendar, patience)])


@transaction.atomic
def _issue(now: ReminderRun, told: list[tuple[Waiting, Reminder]]) -> None:
    plain = [(case, said) for case, said in told if not case.is_sealed]
    sealed = [(case, said) for case, said in told if case.is_sealed and said.to is not To.HEADS]
    issue_new(now, [wanted for case, said in plain for wanted in _wanted(now, case, said)], _codes)
    _tell_handlers(now, sealed)


def _codes(keys: set[int]) -> Subjects:
    """Of plain cases alone, locked lest one becomes a secret meanwhile; what somebody is writing waits for the next
    round."""
    cases = Case.objects.plain().filter(pk__in=keys).select_for_update(skip_locked=True, no_key=True)
    return {pk: (code, {}) for pk, code in cases.order_by("pk").values_list("pk", "code")}


def _wanted(now: ReminderRun, case: Waiting, said: Reminder) -> list[WantedNotice]:
    ask = now.addressees
    unit = case.unit_id
    match said.to:
        case To.HEADS:
            people = ask.heads(unit, said.level)
            if not people and said.level > 1:
                return []  # no office above has a head: the one below has heard of it
        case To.RECEIVERS:
            unit = case.passed_to_id or unit
            people = ask.workers(unit)
        case _:
            people = ask.workers(unit, case.assignee_id)
    about_unit = case.passed_to_id if said.kind is Notice.Kind.CASE_NOT_TAKEN else None
    facts = {"until_at": said.until.isoformat(), "unit": ask.places[about_unit or case.unit_id].name}
    return for_each_person(WantedNotice(said.kind, said.key, case.case_id, unit, None, facts), people)


def _tell_handlers(now: ReminderRun, told: list[tuple[Waiting, Reminder]]) -> None:
    handlers = _handlers({case.case_id for case, _said in told})
    keys = {
        f"{Notice.Kind.CASE_SEALED_WORK.value}:{fingerprint('sealed work', f'{said.key}:{person}')}": person
        for case, said in told
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


def _in_charge(case: Waiting, handlers: list[int]) -> list[int]:
    return [case.assignee_id] if case.assignee_id in handlers else handlers


def _handlers(keys: set[int]) -> Mapping[int, list[int]]:
    named: dict[int, list[int]] = defaultdict(list)
    if keys:
        rows = CaseHandler.objects.filter(case__in=keys, until=None, user__is_active=True)
        for case, user in rows.values_list("case_id", "user_id"):
            named[case].append(user)
    return named


def _waiting(units: list[int], at: datetime, calendar: WorkingCalendar) -> Iterator[Waiting]:
    """The open cases of which something may have to be said."""
    near = Q(next_due_at__lte=horizon(at, calendar)) | Q(passed_to__isnull=False)
    near |= Q(status=Status.AWAITING_SUPPLEMENT.value)
    began = Coalesce("settled_at", "accepted_at", "received_at")
    cases = Case.objects.open().filter(near, unit__in=units, next_due_at__isnull=False).annotate(since=began)
    passed = When(passed_to__isnull=False, then=_last(EventKind.PASSED_ON))  # what came back was passed on once, too
    cases = cases.annotate(passed=Either(passed), asked=_last(EventKind.SUPPLEMENT_ASKED))
    for row in cases.order_by().values_list(*_WAITING, "passed", "asked").iterator(chunk_size=1000):
        yield Waiting(*row)


def _last(kind: EventKind) -> Subquery:
    acts = CaseEvent.objects.filter(case=OuterRef("pk"), kind=kind.value).order_by()
    return Subquery(acts.values("case").annotate(last=Max("at")).values("last"))
