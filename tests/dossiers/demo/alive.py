"""Rows by which each situation of the demo is alive."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, F, QuerySet

from accounts.models import Delegation
from dossiers.clock.states import OPEN, EventKind, Outcome, Status
from dossiers.models import (
    Apology,
    Consultation,
    Dossier,
    DossierEvent,
    DossierLeg,
    ResultRecord,
    ReturnRecord,
    Slip,
    SupplementRequest,
    Visit,
)
from tests.factories import hanoi
from units.clock.days import local_day
from units.models import CalendarDraft

NOW = hanoi(2026, 11, 23, 10, 30)


def waiting_in(status: Status) -> QuerySet[Any]:
    return Dossier.objects.filter(status=status)


ALIVE: dict[str, Callable[[], QuerySet[Any]]] = {
    "dates moved by a day off": lambda: DossierEvent.objects.filter(kind=EventKind.RECALENDARED),
    "dates moved back when it was taken back": lambda: DossierEvent.objects.filter(kind=EventKind.CALENDAR_UNDONE),
    "papers that came by post and are still to be checked": lambda: waiting_in(Status.SUBMITTED).filter(intake="post"),
    "a supplement asked for before acceptance": lambda: SupplementRequest.objects.filter(
        stage="intake", completed_at=None, abandoned_at=None, dossier__status=Status.AWAITING_SUPPLEMENT
    ),
    "an incomplete dossier that was completed and accepted": lambda: SupplementRequest.objects.filter(
        stage="intake", completed_at__isnull=False, dossier__received_at=F("completed_at")
    ),
    "an incomplete dossier nobody completed": lambda: SupplementRequest.objects.filter(
        stage="intake", abandoned_at__isnull=False, dossier__status=Status.REFUSED
    ),
    "a refusal with its slip": lambda: Slip.objects.filter(form="refusal", dossier__status=Status.REFUSED),
    "a supplement asked for after acceptance": lambda: SupplementRequest.objects.filter(
        stage="appraisal", completed_at=None, abandoned_at=None, dossier__status=Status.AWAITING_SUPPLEMENT
    ),
    "a term that began again": lambda: waiting_in(Status.IN_PROCESS).filter(
        derivation__earlier__contains=[{"why": "supplement"}]
    ),
    "an accepted dossier stopped because nobody answered": lambda: SupplementRequest.objects.filter(
        stage="appraisal", abandoned_at__isnull=False, dossier__status=Status.STOPPED
    ),
    "a second request with its ground and approver": lambda: SupplementRequest.objects.filter(is_override=True),
    "money that is waited for": lambda: waiting_in(Status.AWAITING_PAYMENT),
    "money that came": lambda: DossierEvent.objects.filter(kind=EventKind.PAID, dossier__status__in=OPEN),
    "work stopped by order, with its slip": lambda: Slip.objects.filter(form="stop", dossier__status=Status.STOPPED),
    "work that was resumed": lambda: DossierEvent.objects.filter(kind=EventKind.RESUMED),
    "a dossier closed without a result": lambda: Dossier.objects.filter(outcome=Outcome.STOPPED),
    "a withdrawal asked for": lambda: waiting_in(Status.WITHDRAWAL_ASKED),
    "a withdrawn dossier": lambda: Slip.objects.filter(form="stop", dossier__outcome=Outcome.WITHDRAWN),
    "a hand-over that nobody accepts": lambda: DossierLeg.objects.on_the_way(),
    "a hand-over list of which some were taken in": lambda: (
        Slip.objects.filter(form="handover", unit__parent__is_tenant=True)
        if DossierEvent.objects.filter(kind=EventKind.TAKEN_OVER, at=NOW).exists()
        else Slip.objects.none()
    ),
    "a dossier that went on at the office that continues its own": lambda: Dossier.objects.filter(
        events__kind=EventKind.CONTINUED, handler__slug="van-phong-hdnd-va-ubnd", status__in=OPEN
    ),
    "a dossier sent back to the sender": lambda: waiting_in(Status.ACCEPTED).filter(
        events__kind=EventKind.SENT_BACK, legs__position=0, legs__finished_at=None
    ),
    "a dossier given to another officer": lambda: (
        Dossier.objects.filter(events__kind=EventKind.ASSIGNED).annotate(n=Count("events")).filter(n__gte=2)
    ),
    "a question with time left": lambda: Consultation.objects.unanswered().filter(answer_by__gt=NOW),
    "a question not answered in time": lambda: Consultation.objects.late(NOW),
    "a question answered": lambda: Consultation.objects.filter(answered_at__lte=F("answer_by")),
    "a question answered late": lambda: Consultation.objects.filter(answered_at__gt=F("answer_by")),
    "a visit": lambda: Visit.objects.all(),
    "an overdue dossier whose apology waits for its signature": lambda: Dossier.objects.overdue(NOW).filter(
        apologies__signed_at=None, apologies__isnull=False
    ),
    "an apology in time, with the new date ahead": lambda: Apology.objects.filter(
        is_late=False, signed_at__isnull=False, new_due_at__gt=NOW, dossier__status__in=OPEN
    ),
    "a late apology": lambda: Apology.objects.filter(is_late=True, dossier__is_late_apology=True),
    "a declined result with its slip": lambda: Slip.objects.filter(form="refusal", dossier__outcome=Outcome.DECLINED),
    "a result that waits at the desk": lambda: ResultRecord.objects.filter(dossier__status=Status.DONE),
    "a result sent by post": lambda: ReturnRecord.objects.filter(method="post").exclude(post_number=""),
    "a result taken by somebody else": lambda: ReturnRecord.objects.exclude(proxy_paper=""),
    "originals handed back": lambda: ReturnRecord.objects.exclude(originals=""),
    "a corrected receipt": lambda: Slip.objects.filter(form="receipt", version=2, dossier__status__in=OPEN),
    "another procedure than was taken down": lambda: DossierEvent.objects.filter(
        kind=EventKind.CORRECTED, data__has_key="plan"
    ),
    "a result given at once": lambda: Dossier.objects.filter(returned_at=F("finished_at")),
    "offices at work side by side": lambda: (
        Dossier.objects.open()
        .filter(legs__step__place="partner", legs__accepted_at__isnull=False)
        .annotate(turns=Count("legs__group", distinct=True), count=Count("legs__position", distinct=True))
        .filter(count__gt=F("turns"))
    ),
    "a dossier with an office of the city, late there": lambda: DossierLeg.objects.behind_schedule(NOW).filter(
        unit__kind__code="agency"
    ),
    "a late leg of a dossier that came from the city and back": lambda: DossierLeg.objects.done().filter(
        unit__kind__code="agency", finished_at__gt=F("due_at")
    ),
    "a lateness with its unit and its cause": lambda: Dossier.objects.exclude(late_cause="").exclude(late_unit=None),
    "an officer away and a deputy": lambda: Delegation.objects.in_force(local_day(NOW)),
    "a change of the calendar to be approved": lambda: CalendarDraft.objects.filter(status="submitted"),
}
