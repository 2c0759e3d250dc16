"""Every situation of a one-stop desk is alive in the demo district, however small it is loaded."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, F, Q, QuerySet

from accounts.models import Delegation
from dossiers.demo.lately import last_in_office
from dossiers.demo.loading import Loaded, load
from dossiers.demo.plan import first_day, read_proportions
from dossiers.demo.scanned import scan_papers
from dossiers.demo.situations import SITUATIONS
from dossiers.demo.staff import make_staff
from dossiers.identity import is_number_of
from dossiers.models import (
    Apology,
    Consultation,
    Dossier,
    DossierEvent,
    DossierLeg,
    ReceivedDocument,
    ResultRecord,
    ReturnRecord,
    Scan,
    Slip,
    SupplementRequest,
    Visit,
    YearCounter,
    local_day,
)
from dossiers.slips import issued_data, issued_pdf, leg_result
from dossiers.states import OPEN, EventKind, Outcome, Status
from notices.models import Notice
from portal.demo import LOGINS
from tests.factories import hanoi
from units.models import CalendarDraft, Unit

pytestmark = pytest.mark.django_db

NOW = hanoi(2026, 11, 23, 10, 30)


@pytest.fixture(scope="module")
def demo(own_catalogue: None, django_db_blocker: Any) -> Loaded:
    """A small district, loaded once."""
    with django_db_blocker.unblock():
        proportions = read_proportions()
        make_staff(logins=LOGINS, password="x", proportions=proportions, on=first_day(proportions, local_day(NOW)))
        return load(now=NOW, progress=lambda done, total: None, size=0.006)


def _waiting(status: Status) -> QuerySet[Any]:
    return Dossier.objects.filter(status=status)


ALIVE: dict[str, Callable[[], QuerySet[Any]]] = {
    "dates moved by a day off": lambda: DossierEvent.objects.filter(kind=EventKind.RECALENDARED),
    "dates moved back when it was taken back": lambda: DossierEvent.objects.filter(kind=EventKind.CALENDAR_UNDONE),
    "papers that came by post and are still to be checked": lambda: _waiting(Status.SUBMITTED).filter(intake="post"),
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
    "a term that began again": lambda: _waiting(Status.IN_PROCESS).filter(
        derivation__earlier__contains=[{"why": "supplement"}]
    ),
    "an accepted dossier stopped because nobody answered": lambda: SupplementRequest.objects.filter(
        stage="appraisal", abandoned_at__isnull=False, dossier__status=Status.STOPPED
    ),
    "a second request with its ground and approver": lambda: SupplementRequest.objects.overridden(),
    "money that is waited for": lambda: _waiting(Status.AWAITING_PAYMENT),
    "money that came": lambda: DossierEvent.objects.filter(kind=EventKind.PAID, dossier__status__in=OPEN),
    "work stopped by order, with its slip": lambda: Slip.objects.filter(form="stop", dossier__status=Status.STOPPED),
    "work that was resumed": lambda: DossierEvent.objects.filter(kind=EventKind.RESUMED),
    "a dossier closed without a result": lambda: Dossier.objects.filter(outcome=Outcome.STOPPED),
    "a withdrawal asked for": lambda: _waiting(Status.WITHDRAWAL_ASKED),
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
    "a dossier sent back to the sender": lambda: _waiting(Status.ACCEPTED).filter(
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
    "a dossier with an office of the city, late there": lambda: DossierLeg.objects.late(NOW).filter(
        unit__kind__code="agency"
    ),
    "a late leg of a dossier that came from the city and back": lambda: DossierLeg.objects.done().filter(
        unit__kind__code="agency", finished_at__gt=F("due_at")
    ),
    "a lateness with its unit and its cause": lambda: Dossier.objects.exclude(late_cause="").exclude(late_unit=None),
    "an officer away and a deputy": lambda: Delegation.objects.in_force(local_day(NOW)),
    "a change of the calendar to be approved": lambda: CalendarDraft.objects.filter(status="submitted"),
}


@pytest.mark.parametrize("situation", ALIVE)
def test_a_situation_is_alive(demo: Loaded, situation: str):
    assert ALIVE[situation]().exists()


def test_every_kind_of_event_happens(demo: Loaded):
    assert set(DossierEvent.objects.values_list("kind", flat=True)) == {kind.value for kind in EventKind}


def test_everybody_who_signs_in_has_been_told_what_is_due_and_late(demo: Loaded):
    told: dict[str, set[str]] = defaultdict(set)
    for username, kind in Notice.objects.values_list("recipient__username", "kind"):
        told[username].add(kind)
    assert told[LOGINS["clerk"]] >= {"dossier_overdue", "overdue", "not_handed_over", "not_accepted"}
    assert told[LOGINS["leader"]] >= {"apology_drafted"}
    assert told[LOGINS["official"]] >= {"escalated", "consult_late", "calendar_draft"}
    assert told[LOGINS["administrator"]] == {"calendar_draft"}
    desk = Unit.objects.desks().get(parent__is_tenant=True)
    assert Notice.objects.filter(kind="morning", recipient=None, unit=desk).count() == 1
    assert set().union(*told.values()) >= {"apology_possible"}


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (hanoi(2026, 11, 23, 10, 30), hanoi(2026, 11, 23, 10, 30)),
        (hanoi(2026, 11, 23, 6), hanoi(2026, 11, 20, 16, 59, 59)),
        (hanoi(2026, 11, 23, 12, 30), hanoi(2026, 11, 23, 11, 59, 59)),
        (hanoi(2026, 11, 23, 23), hanoi(2026, 11, 23, 16, 59, 59)),
        (hanoi(2026, 2, 20, 10), hanoi(2026, 2, 13, 16, 59, 59)),
    ],
    ids=["in office hours", "before them", "at noon", "at night", "in the days off of Tết"],
)
def test_what_happened_last_happened_in_office_hours(demo: Loaded, now: datetime, last: datetime):
    assert last_in_office(now) == last


def test_the_data_stages_every_situation_that_can_be_told():
    assert {staged["is"] for staged in read_proportions()["situations"]} == set(SITUATIONS)


def test_every_status_and_every_outcome_is_there(demo: Loaded):
    assert set(Dossier.objects.values_list("status", flat=True)) == set(Status)
    assert set(Dossier.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(Outcome)


def test_every_request_for_papers_has_its_row(demo: Loaded):
    asked = DossierEvent.objects.filter(kind=EventKind.SUPPLEMENT_ASKED)
    requests = SupplementRequest.objects.values_list("dossier_id", "asked_at")
    assert sorted(requests) == sorted(asked.values_list("dossier_id", "at"))
    waiting = SupplementRequest.objects.filter(completed_at=None, abandoned_at=None)
    assert set(waiting.values_list("dossier", flat=True)) == set(
        _waiting(Status.AWAITING_SUPPLEMENT).values_list("pk", flat=True)
    )


def test_nothing_beside_the_events_happens_after_now(demo: Loaded):
    times = {
        Slip: "issued_at",
        Apology: "signed_at",
        Consultation: "answered_at",
        Visit: "recorded_at",
        ReturnRecord: "at",
        SupplementRequest: "completed_at",
    }
    late = {
        model.__name__: model._default_manager.filter(**{f"{name}__gt": NOW}).count() for model, name in times.items()
    }
    assert not any(late.values()), late


def test_slips_are_numbered_in_the_order_of_issue_without_a_gap_and_real_ones_go_on_from_there(demo: Loaded):
    for unit, series, year, last in YearCounter.objects.exclude(series="book").values_list(
        "unit", "series", "year", "last"
    ):
        slips = Slip.objects.filter(unit=unit, form=series, year=year, version=1).order_by("number")
        assert list(slips.values_list("number", flat=True)) == list(range(1, last + 1))
        issued = list(slips.values_list("issued_at", flat=True))
        assert issued == sorted(issued)
    assert Slip.objects.exclude(Q(form="receipt") | Q(version=1)).count() == 0


def test_every_form_of_the_demo_can_be_printed_again(demo: Loaded):
    for form in Slip.objects.values_list("form", flat=True).distinct():
        slip = Slip.objects.filter(form=form).select_related("unit__kind", "unit__parent").order_by("-version").first()
        assert slip is not None
        assert issued_data(slip)["code"] or form == Slip.Form.HANDOVER
        assert issued_pdf(slip).startswith(b"%PDF")


def test_a_replaced_receipt_said_what_was_wrong_then(demo: Loaded):
    dossier = Dossier.objects.filter(events__data__fields=["phone"], status__in=OPEN).first()
    assert dossier is not None
    old, new = dossier.slips.filter(form="receipt").order_by("version")[:2]
    assert (old.number, old.replaced_at) == (new.number, new.issued_at)
    assert old.data["phone"] != new.data["phone"] == dossier.applicant_phone


def test_the_shown_dossiers_carry_everything_from_the_desk_to_the_city_and_back(demo: Loaded):
    assert len(demo.shown) == 3
    for shown in demo.shown:
        dossier = Dossier.objects.get(code=shown.code)
        assert dossier.secret == shown.secret
        kinds = set(dossier.events.values_list("kind", flat=True))
        assert {"corrected", "supplement_asked", "supplemented", "reappointed"} <= kinds
        assert dossier.apologies.get().signed_at is not None
        assert not dossier.is_late_apology
        city = dossier.legs.get(unit__kind__code="agency")
        assert _is_late(city, NOW)
        assert dossier.new_due_at is not None
        assert dossier.slips.filter(form="receipt").count() == 3


def _is_late(leg: DossierLeg, at: datetime) -> bool:
    return leg.due_at is not None and leg.accepted_at is not None and (leg.finished_at or at) > leg.due_at


def test_the_finished_ones_of_them_answer_for_one_late_leg_and_have_their_control_sheet(demo: Loaded):
    finished = Dossier.objects.filter(code__in=[shown.code for shown in demo.shown], finished_at__isnull=False)
    assert finished.count() == 2
    for dossier in finished:
        city = dossier.legs.get(unit__kind__code="agency")
        assert dossier.late_unit_id == city.unit_id
        results = [leg_result(leg, NOW) for leg in dossier.legs.all()]
        assert results.count("Quá hạn") >= 1
        assert dossier.slips.get(form="control").data["legs"][city.position]["result"] == "Quá hạn"


def test_everybody_who_did_something_worked_there(demo: Loaded):
    strangers = DossierEvent.objects.filter(actor__isnull=False).exclude(
        Q(actor__memberships__unit=F("unit"))
        | Q(kind__in=[EventKind.REAPPOINTED, EventKind.RECALENDARED, EventKind.CALENDAR_UNDONE])
    )
    assert not strangers.exists()


def test_hand_overs_happen_while_the_office_is_open(demo: Loaded):
    moved = DossierEvent.objects.filter(kind__in=[EventKind.HANDED_OVER, EventKind.TAKEN_OVER, EventKind.SENT_BACK])
    hours = {at.astimezone(NOW.tzinfo).time() for at in moved.values_list("at", flat=True)}
    assert min(hours) >= time(7)
    assert max(hours) <= time(18)


def test_not_only_citizens_come_and_not_only_for_themselves(demo: Loaded):
    by_kind = {kind: Dossier.objects.filter(applicant_kind=kind) for kind in ("person", "foreigner", "organisation")}
    assert all(is_number_of(kind, one.applicant_id) for kind, found in by_kind.items() for one in found)
    assert all(found.exists() for found in by_kind.values())
    assert not by_kind["foreigner"].filter(applicant_nationality="").exists()
    assert not by_kind["organisation"].filter(Q(proxy_record=None) | Q(applicant_born_on__isnull=False)).exists()
    assert by_kind["person"].filter(proxy_record__isnull=False).exists()
    collected = ReturnRecord.objects.filter(dossier__proxy_record__isnull=False, method="desk")
    assert not collected.exclude(receiver_id=F("dossier__proxy_record__id_number")).exists()


def test_the_shown_dossiers_have_scans_of_a_paper_and_of_the_result(demo: Loaded, uploads: Path):
    made = scan_papers(shown=[shown.code for shown in demo.shown])
    scans = Scan.objects.filter(dossier__code__in=[shown.code for shown in demo.shown])
    assert 3 + 2 <= made <= 8
    assert Counter(scans.values_list("file__kind", flat=True)) == {"pdf": 3, "jpeg": 2}
    assert all((uploads / scan.file.storage_name).stat().st_size == scan.file.size for scan in scans)
    assert {scan.paper for scan in scans if not scan.is_result} <= set(
        ReceivedDocument.objects.values_list("name", flat=True)
    )
