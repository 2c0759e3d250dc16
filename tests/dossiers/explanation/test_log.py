"""What the citizen reads in the log after typing the secret: to whom, what, until when, and never who within."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from dossiers.clock.states import Outcome
from dossiers.explanation.log import log_of
from dossiers.explanation.supplements_and_apologies import (
    supplements_and_apologies_of,
    with_supplements_and_apologies,
)
from dossiers.models import Consultation, Dossier
from dossiers.operations.apologies.actions import Excuse, sign_apology
from dossiers.operations.assignment.actions import assign
from dossiers.operations.consultation.actions import Question, consult
from dossiers.operations.correction.actions import correct_particulars
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import hand_over, take_over
from dossiers.operations.supplement.actions import Defects, ask_supplement
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_user, register
from tests.secrets import secret_of
from units.texts.wording import short_date

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9)
TUESDAY = hanoi(2026, 3, 3, 9)


@pytest.fixture
def accepted(city):
    """Five working days, at the ward's desk on Monday; a department of the ward does the work."""
    return register(make_offering(make_procedure(), city.ward, handler=city.department), city.ward_desk, at=MONDAY)


def citizen_log(client, dossier):
    address = reverse("dossiers:tracking", args=[dossier.code])
    client.post(address, {"secret": secret_of(dossier)})
    drawn = BeautifulSoup(client.get(address).content, "html.parser")
    return [" ".join(entry.text.split()) for entry in drawn.find_all("ol", class_="time")[-1].find_all("li")]


def test_a_hand_over_says_to_whom_and_a_late_part_says_so(client, city, accepted):
    hand_over(dossier=accepted, leg=0, actor=None, at=TUESDAY)
    take_over(dossier=accepted, leg=1, actor=None, at=TUESDAY)
    hand_over(dossier=accepted, leg=1, actor=None, at=hanoi(2026, 3, 30, 10))
    back, _taken, sent, _registered = citizen_log(client, accepted)
    assert f"Đến: {city.department.name}" in sent
    assert f"Phần việc của {city.ward_desk.name} xong sau hạn 17:00 Thứ Hai" in sent
    assert f"Đến: {city.ward_desk.name}" in back
    assert f"Phần việc của {city.department.name} xong sau hạn" in back


def test_who_within_the_office_works_on_it_is_for_staff_only(client, city, accepted):
    working = start_work(dossier=accepted, actor=None, at=TUESDAY)
    person = make_user("specialist", city.department)
    assign(dossier=working, leg=1, person=person, actor=None, at=TUESDAY)
    assert not any("Giao người xử lý" in entry for entry in citizen_log(client, working))
    events, legs = list(working.events.in_order()), list(working.legs.select_related("unit"))
    assert "assigned" in [entry.event.kind for entry in log_of(working, events, legs)]


def test_a_request_lists_the_papers_and_an_apology_its_new_date(client, city, accepted):
    working = start_work(dossier=accepted, actor=None, at=TUESDAY)
    excuse = Excuse(city.department, "workload", "Phải đo đạc lại thửa đất", date(2026, 3, 16))
    sign_apology(dossier=working, excuse=excuse, actor=None, at=TUESDAY + timedelta(hours=1))
    papers = [{"name": "Giấy khai sinh", "missing": "certified", "note": ""}]
    defects = Defects(["missing"], "Cần bản sao giấy khai sinh", papers)
    ask_supplement(dossier=working, defects=defects, actor=None, at=TUESDAY + timedelta(hours=2))
    asked, apology, *_rest = citizen_log(client, working)
    assert "Giấy khai sinh: một bản sao có chứng thực" in asked
    assert f"Hẹn lại: 17:00 Thứ Hai, {short_date(date(2026, 3, 16), 'vi')}" in apology


def test_a_correction_says_that_the_receipt_was_replaced(client, accepted):
    applicant = make_applicant(name="Nguyễn Thị Phượng Mới")
    correct_particulars(dossier=accepted, applicant=applicant, reason="Ghi sai họ tên", actor=None, at=TUESDAY)
    corrected, _registered = citizen_log(client, accepted)
    assert "Giấy hẹn được thay bằng bản mới, lần 2." in corrected


def test_no_answer_is_awaited_once_the_dossier_is_finished(city, accepted):
    working = start_work(dossier=accepted, actor=None, at=TUESDAY)
    question = Question(city.other_ward, "Xác nhận nơi cư trú trước đây", hanoi(2026, 3, 5, 17))
    consult(dossier=working, asker=city.department, question=question, actor=None, at=TUESDAY)
    [awaited] = supplements_and_apologies_of(with_supplements_and_apologies(Dossier.objects.all()).get(pk=working.pk))
    assert awaited.is_open
    finish_dossier(dossier=working, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 4))
    *_others, ended = [
        line
        for line in supplements_and_apologies_of(
            with_supplements_and_apologies(Dossier.objects.all()).get(pk=working.pk)
        )
        if "Lấy ý kiến" in line.title
    ]
    assert not ended.is_open
    assert "Không còn cần trả lời." in ended.more
    assert not Consultation.objects.late(hanoi(2026, 4, 1)).exists()
