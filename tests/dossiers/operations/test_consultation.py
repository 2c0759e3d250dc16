"""Asking another office and going to see: what is recorded, who may, and who answers late."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from dossiers.clock.states import Outcome
from dossiers.events.record import append_event
from dossiers.models import Consultation, Dossier, DossierEvent, Visit
from dossiers.operations.consultation.actions import (
    Question,
    VisitReport,
    answer_consultation,
    consult,
    record_visit,
)
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import issue_control_sheet
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import (
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_unit,
    make_user,
    register,
)
from units.rules import RuleBroken
from units.texts.wording import day_of

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9)
TUESDAY = hanoi(2026, 3, 3, 9)
THURSDAY = hanoi(2026, 3, 5, 17)
ASKED = "Ranh giới thửa đất có tranh chấp không?"


@pytest.fixture
def agency(city):
    return make_unit("Sở Thử", "agency")


@pytest.fixture
def dossier(city):
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    dossier = register(offering, city.ward_desk, at=MONDAY)
    return start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 14))


def asked(dossier, city, agency, *, text=ASKED, by=THURSDAY, at=TUESDAY):
    question = Question(agency, text, by)
    return consult(dossier=dossier, asker=city.department, question=question, actor=None, at=at)


def test_a_consultation_records_what_is_asked_until_when_and_what_was_answered(city, agency, dossier):
    due = dossier.due_at
    consultation = asked(dossier, city, agency)
    answer_consultation(consultation=consultation, answer="Không có tranh chấp.", actor=None, at=THURSDAY)
    consultation.refresh_from_db()
    assert (consultation.question, consultation.answer, consultation.answered_at) == (
        ASKED,
        "Không có tranh chấp.",
        THURSDAY,
    )
    events = DossierEvent.objects.filter(dossier=dossier, kind__startswith="consult").order_by("number")
    assert [(event.kind, event.unit_id) for event in events] == [
        ("consulted", city.department.pk),
        ("consult_answered", agency.pk),
    ]
    assert ASKED not in str(list(events.values("data", "reason")))
    assert Dossier.objects.get(pk=dossier.pk).due_at == due
    assert_row_is_what_its_events_say(dossier)


def test_an_office_that_answers_late_is_reported_until_it_answers_or_the_dossier_is_closed(city, agency, dossier):
    consultation = asked(dossier, city, agency)
    assert not Consultation.objects.late(THURSDAY).exists()
    late = THURSDAY + timedelta(minutes=1)
    assert list(Consultation.objects.late(late)) == [consultation]
    answer_consultation(consultation=consultation, answer="Không có tranh chấp.", actor=None, at=late)
    assert not Consultation.objects.late(late).exists()
    assert DossierEvent.objects.get(kind="consult_answered").data["late"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "Sao?"}, "question"),
        ({"by": TUESDAY}, "answer_on"),
        ({"by": TUESDAY + timedelta(days=61)}, "answer_on"),
    ],
)
def test_a_question_without_words_or_with_an_impossible_answer_day_is_refused(city, agency, dossier, change, field):
    with pytest.raises(RuleBroken) as broken:
        asked(dossier, city, agency, **change)
    assert broken.value.field == field
    assert not Consultation.objects.exists()


def test_no_unit_asks_itself_one_that_is_gone_or_the_same_one_twice(city, agency, dossier):
    gone = make_unit("Sở Cũ", "agency", valid_to=date(2026, 1, 1))
    asked(dossier, city, agency)
    for office in (city.department, gone, agency):
        with pytest.raises(RuleBroken) as broken:
            asked(dossier, city, office)
        assert broken.value.field == "office"


def test_a_question_is_answered_once_and_with_words(city, agency, dossier):
    consultation = asked(dossier, city, agency)
    with pytest.raises(RuleBroken) as broken:
        answer_consultation(consultation=consultation, answer="ok", actor=None, at=THURSDAY)
    assert broken.value.field == "answer"
    answer_consultation(consultation=consultation, answer="Không có tranh chấp.", actor=None, at=THURSDAY)
    with pytest.raises(RuleBroken, match="đã được trả lời"):
        answer_consultation(consultation=consultation, answer="Có tranh chấp đấy.", actor=None, at=THURSDAY)


def test_a_visit_is_recorded_with_its_day_place_people_and_findings(city, dossier):
    seen = VisitReport(date(2026, 3, 3), "Số 1 phố Thử", "Nhà đúng hiện trạng ghi trong đơn", "Cán bộ địa chính")
    record_visit(dossier=dossier, unit=city.department, seen=seen, actor=None, at=TUESDAY)
    visit = Visit.objects.get(dossier=dossier)
    assert (visit.on, visit.place, visit.findings, visit.people) == (seen.on, seen.place, seen.findings, seen.people)
    assert "phố Thử" not in str(list(DossierEvent.objects.values("data", "reason")))
    assert_row_is_what_its_events_say(dossier)


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 4)])
def test_a_visit_lies_between_the_day_of_receipt_and_today(city, dossier, on):
    seen = VisitReport(on, "Số 1 phố Thử", "Nhà đúng hiện trạng ghi trong đơn")
    with pytest.raises(RuleBroken) as broken:
        record_visit(dossier=dossier, unit=city.department, seen=seen, actor=None, at=TUESDAY)
    assert broken.value.field == "on"


def test_the_asked_office_reads_the_file_while_it_is_open_and_not_afterwards(city, agency, dossier):
    officer = make_user("specialist", agency)
    asked(dossier, city, agency)
    assert dossier.is_read_by(officer)
    assert Dossier.objects.visible_to(officer).get() == dossier
    done = finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=THURSDAY)
    assert not done.is_read_by(officer)
    assert not Dossier.objects.visible_to(officer).exists()


def test_the_asked_office_opens_the_file_and_answers_on_its_page(client, city, agency):
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    now = timezone.now()
    dossier = register(offering, city.ward_desk, at=now)
    start_work(dossier=dossier, actor=None, at=now)
    url = dossier.get_absolute_url()
    client.force_login(make_user("specialist", city.department))
    by = day_of(now + timedelta(days=10))
    form = {"office": agency.pk, "question": ASKED, "answer_on": f"{by:%d/%m/%Y}"}
    assert client.post(f"{url}viec/lay-y-kien/", form).status_code == 302
    visit = {"on": f"{day_of(now):%d/%m/%Y}", "place": "Số 1", "findings": "Nhà đúng hiện trạng ghi trong đơn"}
    assert client.post(f"{url}viec/xac-minh/", visit).status_code == 302
    client.force_login(make_user("specialist", agency))
    assert dossier.code in client.get("/can-bo/hang-doi/").content.decode()
    page = client.get(f"{url}viec/tra-loi-y-kien/").content.decode()
    assert ASKED in page
    assert client.post(f"{url}viec/tra-loi-y-kien/", {"answer": "ok"}).status_code == 422
    assert client.post(f"{url}viec/tra-loi-y-kien/", {"answer": "Không có tranh chấp."}).status_code == 302
    assert client.get(f"{url}viec/tra-loi-y-kien/").status_code == 302
    assert client.get(f"{url}viec/lay-y-kien/").status_code == 302
    client.force_login(make_user("specialist", city.other_ward))
    assert client.get(url).status_code == 404


def test_an_office_that_is_only_asked_never_learns_who_the_applicant_is(client, city, agency):
    """It reads the procedure, the question, papers and dates; the name, number and telephone are nowhere, nor to be
    found out by searching; and what others wrote about the case is not shown."""
    offering = make_offering(make_procedure("Cấp giấy phép xây dựng"), city.ward, handler=city.department)
    now = timezone.now()
    person = make_applicant(
        id_number="001187004521", born_on=date(1987, 5, 6), address="Số 9 phố Kín", email="phuong@example.test"
    )
    dossier = register(offering, city.ward_desk, at=now, applicant=person)
    start_work(dossier=dossier, actor=None, at=now)
    asked(dossier, city, agency, by=now + timedelta(days=9), at=now)
    Dossier.objects.filter(pk=dossier.pk).update(note="Bà Phượng hẹn gọi lại")
    visit = VisitReport(day_of(now), "Số 9 phố Kín", "Bà Phượng dẫn đi xem nhà")
    record_visit(dossier=dossier, unit=city.department, seen=visit, actor=None, at=now)
    stop = DossierEvent(kind="payment_asked", to_status=6, at=now, unit=city.department, reason="Bà Phượng nộp thuế")
    append_event(Dossier.objects.get(pk=dossier.pk), stop)
    url, api, queue = dossier.get_absolute_url(), f"/api/v1/dossiers/{dossier.code}/", "/can-bo/hang-doi/"
    sheet = issue_control_sheet(dossier=dossier, actor=None, at=now)
    slips = (f"{url}giay-hen/", f"{url}phieu/{sheet.pk}/")
    pages = (url, f"{url}?in=1", queue, api, f"{url}viec/tra-loi-y-kien/")
    look_up = "/can-bo/tra-cuu/"
    secrets = ("Phượng", person.id_number, "06/05/1987", "phố Kín", person.phone, person.email)

    client.force_login(make_user("specialist", agency))
    texts = {path: client.get(path).content.decode() for path in pages}
    for words in (dossier.version.name, "Tờ khai", ASKED, "Hẹn trả", "Nhật ký"):
        assert words in texts[url], words
    assert [(path, secret) for path in pages for secret in secrets if secret in texts[path]] == []
    assert [client.get(path).status_code for path in slips] == [404, 404]
    assert client.post(look_up, {"q": dossier.code}).headers["Location"] == url
    for typed in ("Phượng", person.id_number, person.phone):
        assert dossier.code not in client.post(look_up, {"q": typed}, follow=True).content.decode()

    client.force_login(make_user("specialist", city.department))
    assert [secret for secret in secrets if secret not in client.get(url).content.decode()] == []
    assert [client.get(path).status_code for path in slips] == [200, 200]
    for typed in ("Phượng", person.id_number, person.phone):
        assert dossier.code in client.post(look_up, {"q": typed}, follow=True).content.decode()
