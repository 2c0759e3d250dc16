"""Apology and re-appointment: in time, once, with reason and unit; the first date still decides."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.clock.states import Outcome, Status
from dossiers.explanation.supplements_and_apologies import (
    supplements_and_apologies_of,
    with_supplements_and_apologies,
)
from dossiers.models import Apology, Consultation, Dossier, Slip
from dossiers.operations.apologies.actions import Excuse, draft_apology, sign_apology
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.pauses.actions import ask_payment, record_payment
from dossiers.operations.supplement.actions import Defects, ask_supplement, complete_supplement
from notices.models import Notice
from notices.sending.actions import send_next_notice
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_user, register
from units.models import CalendarDay
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
REASON = "Phải xác minh thêm tại địa phương khác"
NEW_DAY = date(2026, 3, 25)


def taken_in(city, at, days=10, **more):
    offering = make_offering(make_procedure(term_amount=days), city.ward, handler=city.department)
    made = register(offering, city.ward_desk, at=at, **more)
    return start_work(dossier=made, actor=None, at=at)


@pytest.fixture
def dossier(city):
    """Ten working days from Wednesday 2026-03-04: due on Wednesday 2026-03-18."""
    made = taken_in(city, hanoi(2026, 3, 4, 9), applicant=make_applicant(email="phuong@example.vn"))
    assert made.due_at == hanoi(2026, 3, 18, 17)
    return made


def signed(dossier, at, new_day=NEW_DAY, **more):
    excuse = Excuse(
        **({"unit": dossier.handler, "cause": "verification", "reason": REASON, "new_day": new_day} | more)
    )
    return sign_apology(dossier=dossier, excuse=excuse, actor=None, at=at)


def stored_facts(dossier):
    stored = Dossier.objects.get(pk=dossier.pk)
    return stored.new_due_at, dossier.events.count(), Apology.objects.count(), Slip.objects.count()


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (hanoi(2026, 3, 16), False),
        (hanoi(2026, 3, 17, 17), False),
        (hanoi(2026, 3, 17, 17, 0, 1), True),
        (hanoi(2026, 3, 18, 8), True),
        (hanoi(2026, 3, 19, 8), True),
    ],
)
def test_rule_14_an_apology_is_in_time_until_the_day_before_the_due_date(dossier, at, is_late):
    apology = signed(dossier, at)
    assert apology.is_late is is_late
    assert Dossier.objects.get(pk=dossier.pk).is_late_apology is is_late
    assert_row_is_what_its_events_say(dossier)


@pytest.mark.parametrize(("at", "is_late"), [(hanoi(2026, 3, 20, 16), False), (hanoi(2026, 3, 22, 9), True)])
def test_rule_14_before_a_monday_the_last_day_is_the_friday(city, at, is_late):
    dossier = taken_in(city, hanoi(2026, 3, 9), days=10)
    assert dossier.due_at == hanoi(2026, 3, 23, 17)
    assert signed(dossier, at, date(2026, 3, 31)).is_late is is_late


def test_rule_15_a_second_apology_is_refused_and_the_dossier_stays_overdue(dossier):
    signed(dossier, hanoi(2026, 3, 17))
    before = stored_facts(dossier)
    with pytest.raises(RuleBroken, match="một lần"):
        signed(dossier, hanoi(2026, 3, 24), date(2026, 4, 2))
    assert stored_facts(dossier) == before
    assert Dossier.objects.get(pk=dossier.pk).new_due_at == hanoi(2026, 3, 25, 17)
    assert list(Dossier.objects.overdue(hanoi(2026, 3, 19))) == [dossier]
    with pytest.raises(IntegrityError), transaction.atomic():
        Apology.objects.create(
            dossier=dossier, unit=dossier.handler, cause="staff", old_due_at=dossier.due_at, drafted_at=timezone.now()
        )


def test_rule_16_the_first_date_decides_whether_it_was_on_time(dossier):
    """Due on 18 March, put off to the 25th, finished on the 24th: late, and the unit and the cause are kept."""
    signed(dossier, hanoi(2026, 3, 17))
    done = finish_dossier(
        dossier=dossier, outcome=Outcome.GRANTED, cause="verification", actor=None, at=hanoi(2026, 3, 24)
    )
    assert (done.due_at, done.new_due_at) == (hanoi(2026, 3, 18, 17), hanoi(2026, 3, 25, 17))
    assert done.finished_at > done.due_at
    assert (done.late_unit_id, done.late_cause) == (done.handler_id, "verification")
    assert_row_is_what_its_events_say(dossier)


def test_an_apology_is_a_slip_a_notice_and_an_event(dossier, city, mailoutbox):
    leader = make_user("leader", city.department, full_name="Đỗ Thị Mai")
    excuse = Excuse(city.department, "staff", REASON, NEW_DAY)
    apology = sign_apology(dossier=dossier, excuse=excuse, actor=leader, at=hanoi(2026, 3, 16))
    assert (apology.signer, apology.old_due_at) == (leader, hanoi(2026, 3, 18, 17))
    slip = Slip.objects.get(form="apology")
    assert (slip.data["old_due"], slip.data["new_due"]) == ("17:00 Thứ Tư, 18/03/2026", "17:00 Thứ Tư, 25/03/2026")
    assert (slip.data["reason"], slip.data["responsible"]) == (REASON, city.department.name)
    assert slip.data["signer"] == "Đỗ Thị Mai"
    event = dossier.events.last()
    assert (event.kind, event.reason, event.actor) == ("reappointed", REASON, leader)
    assert Notice.objects.latest("id").kind == "reappointed"
    for second in range(2):
        send_next_notice(at=hanoi(2026, 3, 16, 10, 0, second))
    assert "Hẹn lại: 17:00 Thứ Tư, 25/03/2026" in mailoutbox[-1].body


def test_a_pause_moves_the_new_date_as_well(dossier):
    signed(dossier, hanoi(2026, 3, 16))
    ask_payment(dossier=dossier, amount_vnd=1000, purpose="Lệ phí", actor=None, at=hanoi(2026, 3, 16, 17))
    paid = record_payment(dossier=dossier, receipt="BL-1", actor=None, at=hanoi(2026, 3, 17, 17))
    assert (paid.due_at, paid.new_due_at) == (hanoi(2026, 3, 19, 17), hanoi(2026, 3, 26, 17))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "L02"}, "reason"),
        ({"cause": "weather"}, "cause"),
        ({"new_day": date(2026, 3, 18)}, "new_day"),
        ({"new_day": date(2026, 3, 10)}, "new_day"),
        ({"new_day": date(2026, 3, 28)}, "new_day"),  # a Saturday
        ({"new_day": date(2026, 3, 30)}, "new_day"),  # a holiday
        ({"new_day": date(2027, 3, 24)}, "new_day"),
    ],
)
def test_an_apology_needs_words_a_cause_and_a_working_day_within_reason(dossier, change, field):
    CalendarDay.objects.create(day="2026-03-30", kind="holiday", reason="Nghỉ", source="Thử")
    before = stored_facts(dossier)
    with pytest.raises(RuleBroken) as broken:
        signed(dossier, hanoi(2026, 3, 16), **change)
    assert (broken.value.field, stored_facts(dossier)) == (field, before)


def test_only_a_unit_of_the_dossiers_way_can_be_named(dossier, city):
    with pytest.raises(RuleBroken) as broken:
        signed(dossier, hanoi(2026, 3, 16), unit=city.other_ward)
    assert broken.value.field == "unit"


def test_nobody_apologises_for_a_dossier_whose_clock_rests(dossier):
    ask_payment(dossier=dossier, amount_vnd=1000, purpose="Lệ phí", actor=None, at=hanoi(2026, 3, 16))
    with pytest.raises(RuleBroken, match="đang được giải quyết"):
        signed(dossier, hanoi(2026, 3, 17))
    assert not Apology.objects.exists()


def test_a_draft_names_the_unit_that_was_late_and_is_made_once(dossier, city):
    draft = draft_apology(dossier=dossier, at=hanoi(2026, 3, 19))
    assert (draft.unit, draft.cause, draft.signed_at) == (city.department, "workload", None)
    assert draft_apology(dossier=dossier, at=hanoi(2026, 3, 20)) == draft
    assert (dossier.events.count(), Slip.objects.count()) == (2, 0)
    assert signed(dossier, hanoi(2026, 3, 20)).pk == draft.pk


def test_a_draft_suggests_the_cause_that_the_history_shows(city, dossier):
    Consultation.objects.create(
        dossier=dossier,
        asker=city.department,
        office=city.district,
        question="Có quy hoạch không?",
        asked_at=hanoi(2026, 3, 5),
        answer_by=hanoi(2026, 3, 10),
    )
    assert draft_apology(dossier=dossier, at=hanoi(2026, 3, 19)).cause == "consultation"
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    unfetched = register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
    draft = draft_apology(dossier=unfetched, at=hanoi(2026, 3, 19))
    assert (draft.unit, draft.cause) == (city.ward_desk, "workload")


def url(dossier):
    return reverse("dossiers:operation", args=[dossier.code, "xin-loi"])


def test_the_page_is_for_leaders_of_the_unit_and_of_the_office_above_it(client, city):
    dossier = taken_in(city, timezone.now())
    for role, unit, status in [
        ("leader", city.department, 200),
        ("leader", city.district, 200),
        ("leader", city.other_ward, 404),
        ("specialist", city.department, 302),
        ("clerk", city.ward_desk, 302),
    ]:
        client.force_login(make_user(role, unit))
        assert client.get(url(dossier)).status_code == status, (role, unit)


def test_rule_15_a_clock_that_starts_anew_brings_no_second_apology(client, city, dossier):
    client.force_login(make_user("leader", city.department))
    assert client.get(url(dossier)).status_code == 200
    signed(dossier, hanoi(2026, 3, 5, 9))
    defects = Defects(["missing"], "Cần bản chính giấy chứng sinh")
    ask_supplement(dossier=dossier, defects=defects, actor=None, at=hanoi(2026, 3, 5, 10))
    again = complete_supplement(dossier=dossier, actor=None, at=hanoi(2026, 3, 6, 10))
    assert (again.state, again.new_due_at) == (Status.IN_PROCESS, None)
    assert "không được hẹn lại lần nữa" in client.get(url(dossier), follow=True).content.decode()
    with pytest.raises(RuleBroken, match="một lần"):
        signed(again, hanoi(2026, 3, 9), date(2026, 4, 2))


def test_an_apology_nobody_signed_waits_only_while_the_clock_runs(dossier):
    def apology_line():
        [line] = supplements_and_apologies_of(with_supplements_and_apologies(Dossier.objects.all()).get(pk=dossier.pk))
        return line.title, line.is_open

    draft_apology(dossier=dossier, at=hanoi(2026, 3, 19))
    assert apology_line() == ("Thư xin lỗi chờ ký", True)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="workload", actor=None, at=hanoi(2026, 3, 20))
    assert apology_line() == ("Thư xin lỗi đã soạn, chưa ký", False)


def test_the_page_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(client, city):
    dossier = taken_in(city, timezone.now())
    client.force_login(make_user("leader", city.department))
    typed = {"unit": city.department.pk, "cause": "staff", "reason": REASON, "new_day": "01/01/2001"}
    answer = client.post(url(dossier), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert REASON in text
    assert "Ngày hẹn lại phải sau hôm nay" in text
    assert Dossier.objects.get(pk=dossier.pk).new_due_at is None
