"""Completing the papers. Numbers in names are those of the thirty rules of the field."""

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from dossiers.clock.states import EventKind, Status
from dossiers.intake.submit import Submission, submit_dossier, submit_incomplete
from dossiers.models import Dossier, DossierEvent, Slip, SupplementRequest
from dossiers.operations.acceptance.actions import accept_completed
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.supplement.actions import (
    Defects,
    Override,
    abandon_unanswered,
    ask_supplement,
    complete_supplement,
    unanswered,
)
from dossiers.particulars.submission import TakenPaper
from notices.models import Notice
from notices.sending.actions import send_next_notice
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.dossiers.operations.test_acceptance import act, page
from tests.factories import (
    due_set,
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_user,
    register,
)
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
WEDNESDAY = hanoi(2026, 3, 4)
FRIDAY = hanoi(2026, 3, 6)
DEFECTS = Defects(["missing"], "Cần bản chính giấy chứng sinh của cơ sở y tế")
GROUND = "Khoản 4 Điều 19 Nghị định 61/2018/NĐ-CP"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(term_amount=10), city.ward, handler=city.department)


@pytest.fixture
def leader(city):
    return make_user("leader", city.department)


@pytest.fixture
def dossier(city, offering):
    """Accepted on Wednesday 4 March with ten working days, due on Wednesday 18 March; worked on at once."""
    dossier = register(
        offering, city.ward_desk, at=WEDNESDAY, applicant=make_applicant(email="phuong@example.vn"), actor=None
    )
    return start_work(dossier=dossier, actor=None, at=WEDNESDAY)


def marked(dossier):
    """What the form of a request sends to say that the first paper is not there."""
    return {f"paper_{dossier.version.documents.first().pk}": "original"}


def asked(dossier, at=FRIDAY, **more):
    ask_supplement(dossier=dossier, defects=DEFECTS, actor=None, at=at, **more)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.parametrize("at", [hanoi(2026, 3, 4, 16), hanoi(2026, 3, 9, 16, 59)])
def test_10_a_dossier_is_returned_until_the_third_working_day(dossier, at):
    assert asked(dossier, at).state is Status.AWAITING_SUPPLEMENT
    assert not SupplementRequest.objects.get().is_override


def test_10_on_the_fourth_working_day_it_is_not_returned_any_more(dossier):
    with pytest.raises(RuleBroken, match="3 ngày làm việc") as broken:
        asked(dossier, hanoi(2026, 3, 10, 8))
    assert broken.value.field == "ground"
    assert Dossier.objects.get().state is Status.IN_PROCESS
    assert not Slip.objects.exists()


def test_10_later_only_with_a_legal_ground_and_a_leader_of_the_handling_unit(dossier, city, leader):
    late = hanoi(2026, 3, 10, 8)
    stranger = make_user("leader", city.other_ward)
    colleague = make_user("specialist", city.department)
    for override, field in (
        (Override("61", leader), "ground"),
        (Override(GROUND, stranger), "approver"),
        (Override(GROUND, colleague), "approver"),
    ):
        with pytest.raises(RuleBroken) as broken:
            asked(dossier, late, override=override)
        assert broken.value.field == field
    asked(dossier, late, override=Override(GROUND, leader))
    request = SupplementRequest.objects.get()
    assert (request.is_override, request.ground, request.approver) == (True, GROUND, leader)
    assert Slip.objects.get().data["ground"] == GROUND


def test_a_leader_of_the_office_above_may_approve_too(dossier, city):
    head = make_user("leader", city.district)
    asked(dossier, hanoi(2026, 3, 10, 8), override=Override(GROUND, head))
    assert SupplementRequest.objects.get().approver == head


def test_11_the_term_restarts_from_zero_once_complete(dossier):
    assert dossier.due_at == hanoi(2026, 3, 18, 17)
    waiting = asked(dossier)
    assert (waiting.holder_id, waiting.due_at) == (dossier.desk_id, hanoi(2026, 3, 18, 17))
    assert not Dossier.objects.overdue(hanoi(2026, 3, 20)).exists()
    done = complete_supplement(dossier=waiting, actor=None, at=hanoi(2026, 3, 16, 10))
    assert (done.state, done.due_at) == (Status.IN_PROCESS, hanoi(2026, 3, 30, 17))
    assert done.holder_id == done.handler_id
    [before] = done.derivation["earlier"]
    assert (before["why"], before["due"]) == ("supplement", hanoi(2026, 3, 18, 17).isoformat())
    assert (before["from"], before["until"]) == (FRIDAY.isoformat(), hanoi(2026, 3, 16, 10).isoformat())
    assert SupplementRequest.objects.get().completed_at == hanoi(2026, 3, 16, 10)
    assert_row_is_what_its_events_say(done)


def test_11_both_dates_are_kept_on_the_two_versions_of_the_receipt(dossier):
    complete_supplement(dossier=asked(dossier), actor=None, at=hanoi(2026, 3, 16, 10))
    first, second = Slip.objects.filter(form="receipt").order_by("version")
    assert (first.number, first.version, first.issued_at) == (second.number, 1, WEDNESDAY)
    assert (second.version, first.replaced_at, second.replaced_at) == (2, hanoi(2026, 3, 16, 10), None)
    assert "18/03/2026" in first.data["due"]
    assert "30/03/2026" in second.data["due"]
    assert first.data["book"] == second.data["book"]
    assert first.data["received"] == second.data["received"]


def test_a_date_set_by_the_clerk_gets_back_the_time_that_was_left(city):
    version = make_procedure(term_amount=None, term_unit="", term_note="Theo từng cấp")
    offering = make_offering(version, city.ward)
    dossier = register(offering, city.ward_desk, at=WEDNESDAY, due_set=due_set(hanoi(2026, 3, 18, 17)))
    start_work(dossier=dossier, actor=None, at=WEDNESDAY)
    waiting = asked(dossier, hanoi(2026, 3, 6, 8))
    done = complete_supplement(dossier=waiting, actor=None, at=hanoi(2026, 3, 16, 8))
    assert done.due_at == hanoi(2026, 3, 26, 17)
    assert_row_is_what_its_events_say(done)


def test_papers_brought_replace_those_listed(dossier):
    complete_supplement(
        dossier=asked(dossier), papers=[TakenPaper("Giấy chứng sinh", originals=1)], actor=None, at=hanoi(2026, 3, 16)
    )
    assert list(dossier.documents.values_list("name", flat=True)) == ["Giấy chứng sinh"]
    assert Slip.objects.get(form="receipt", version=1).data["documents"][0]["name"] == "Tờ khai"


def test_12_a_second_request_is_blocked_and_counted_when_overridden(dossier, leader):
    complete_supplement(dossier=asked(dossier), actor=None, at=hanoi(2026, 3, 16, 10))
    with pytest.raises(RuleBroken, match="một lần") as broken:
        asked(dossier, hanoi(2026, 3, 17))
    assert broken.value.field == "ground"
    assert not SupplementRequest.objects.filter(is_override=True).exists()
    again = asked(dossier, hanoi(2026, 3, 17), override=Override(GROUND, leader))
    assert again.supplements == 2
    assert SupplementRequest.objects.filter(is_override=True).count() == 1
    assert_row_is_what_its_events_say(again)


def test_12_a_second_slip_02_at_intake_is_blocked_unless_a_leader_allows_it(city, offering, leader):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=WEDNESDAY)
    with pytest.raises(RuleBroken, match="một lần"):
        asked(dossier)
    assert Slip.objects.count() == 1
    head_of_desk = make_user("leader", city.ward)
    again = asked(dossier, override=Override(GROUND, head_of_desk))
    assert (again.state, again.supplements) == (Status.AWAITING_SUPPLEMENT, 2)
    first, second = SupplementRequest.objects.order_by("asked_at")
    assert (first.abandoned_at, second.is_override, second.stage) == (FRIDAY, True, "intake")
    accepted = accept_completed(dossier=again, actor=None, at=hanoi(2026, 3, 9))
    assert accepted.due_at == hanoi(2026, 3, 23, 17)
    assert_row_is_what_its_events_say(accepted)


def test_12_one_request_at_intake_counts_for_the_appraisal_too(city, offering):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=WEDNESDAY)
    dossier = accept_completed(dossier=dossier, actor=None, at=FRIDAY)
    start_work(dossier=dossier, actor=None, at=FRIDAY)
    with pytest.raises(RuleBroken, match="một lần"):
        asked(dossier, hanoi(2026, 3, 9))


def test_a_checked_dossier_that_lacks_something_waits_without_a_clock(city, offering):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=WEDNESDAY)
    waiting = asked(dossier)
    assert (waiting.state, waiting.due_at) == (Status.AWAITING_SUPPLEMENT, None)
    assert SupplementRequest.objects.get().stage == "intake"
    with pytest.raises(RuleBroken):
        complete_supplement(dossier=waiting, actor=None, at=hanoi(2026, 3, 9))


def test_out_of_order_nothing_is_asked_and_nothing_completed(dossier, city, offering):
    new = register(offering, city.ward_desk, at=WEDNESDAY)
    with pytest.raises(RuleBroken, match="Đã tiếp nhận"):
        asked(new)
    with pytest.raises(RuleBroken):
        complete_supplement(dossier=dossier, actor=None, at=FRIDAY)
    with pytest.raises(RuleBroken, match="sớm hơn"):
        asked(dossier, hanoi(2026, 3, 3))
    assert not SupplementRequest.objects.exists()
    assert not DossierEvent.objects.filter(kind=EventKind.SUPPLEMENT_ASKED).exists()


def test_nobody_answers_before_acceptance_then_it_is_not_accepted(city, offering, settings):
    settings.SUPPLEMENT_ANSWER_DAYS = 2
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=WEDNESDAY)
    [request] = dossier.supplement_requests.all()
    assert request.answer_by == hanoi(2026, 3, 6, 17)
    assert not abandon_unanswered(request=request, at=hanoi(2026, 3, 6, 17))
    assert list(unanswered(hanoi(2026, 3, 9))) == [request]
    assert abandon_unanswered(request=request, at=hanoi(2026, 3, 9))
    assert not abandon_unanswered(request=request, at=hanoi(2026, 3, 9))
    dossier.refresh_from_db()
    assert dossier.state is Status.REFUSED
    assert dossier.events.in_order().last().data["why"] == "unanswered"
    assert Notice.objects.filter(kind="abandoned").count() == 1
    assert not unanswered(hanoi(2026, 3, 10)).exists()
    assert_row_is_what_its_events_say(dossier)


def test_nobody_answers_after_acceptance_then_the_work_stops(dossier):
    waiting = asked(dossier)
    request = SupplementRequest.objects.get()
    assert abandon_unanswered(request=request, at=hanoi(2026, 5, 4))
    waiting.refresh_from_db()
    request.refresh_from_db()
    assert (waiting.state, request.abandoned_at) == (Status.STOPPED, hanoi(2026, 5, 4))
    assert_row_is_what_its_events_say(waiting)


def test_who_answered_in_time_is_not_given_up(dossier):
    waiting = asked(dossier)
    complete_supplement(dossier=waiting, actor=None, at=hanoi(2026, 3, 16))
    request = SupplementRequest.objects.get()
    assert not abandon_unanswered(request=request, at=hanoi(2026, 5, 4))
    assert Dossier.objects.get().state is Status.IN_PROCESS


def test_every_notice_about_a_supplement_can_be_sent(dossier, mailoutbox):
    complete_supplement(dossier=asked(dossier), actor=None, at=hanoi(2026, 3, 16))
    while send_next_notice(at=hanoi(2026, 3, 17)):
        pass
    titles = [mail.subject for mail in mailoutbox]
    assert titles == [
        f"Đã tiếp nhận hồ sơ {dossier.code}",
        f"Hồ sơ {dossier.code} cần bổ sung giấy tờ",
        f"Hồ sơ {dossier.code} đã đủ giấy tờ",
    ]
    assert "giấy chứng sinh" in mailoutbox[1].body
    assert "03/04/2026" in mailoutbox[1].body
    assert "30/03/2026" in mailoutbox[2].body


def test_a_specialist_asks_and_the_clerk_completes_on_their_pages(client, dossier, city):
    ask = act(dossier, "yeu-cau-bo-sung")
    clerk, specialist = make_user("clerk", city.ward_desk), make_user("specialist", city.department)
    client.force_login(clerk)
    assert client.get(ask).status_code == 302
    client.force_login(specialist)
    form = {"reasons": ["missing"], "text": DEFECTS.text} | marked(dossier)
    beyond = client.post(ask, form)
    assert beyond.status_code == 422
    html = page(beyond)
    assert html.find(id="id_ground_error")
    assert html.find(id="id_text").text.strip() == DEFECTS.text
    leader = make_user("leader", city.department)
    allowed = client.post(ask, form | {"ground": GROUND, "approver": leader.pk})
    assert allowed.status_code == 302
    assert SupplementRequest.objects.get().asked_by == specialist
    complete = act(dossier, "da-bo-sung")
    assert client.get(complete).status_code == 302
    client.force_login(clerk)
    assert BeautifulSoup(client.get(complete).content, "html.parser").find("input", attrs={"name": "papers"})
    assert client.post(complete, {"papers": []}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state is Status.IN_PROCESS


def test_people_of_another_office_do_not_even_see_the_page(client, dossier, city):
    client.force_login(make_user("clerk", city.other_desk))
    for slug in ("yeu-cau-bo-sung", "da-bo-sung"):
        assert client.post(act(dossier, slug), {"reasons": ["missing"], "text": DEFECTS.text}).status_code == 404
    assert not SupplementRequest.objects.exists()


def test_a_machine_asks_with_the_same_rules_and_sentences(client, dossier, city):
    client.force_login(make_user("specialist", city.department))
    url = f"/api/v1/dossiers/{dossier.code}/acts/yeu-cau-bo-sung/"
    override = {"ground": GROUND, "approver": make_user("leader", city.department).pk}
    wrong = client.post(url, override | {"reasons": [], "text": "thiếu"}, content_type="application/json")
    assert wrong.status_code == 400
    assert "reasons" in wrong.json()
    right = override | {"reasons": ["missing", "copy"], "text": DEFECTS.text} | marked(dossier)
    assert client.post(url, right, content_type="application/json").status_code == 200
    assert SupplementRequest.objects.get().reasons == ["missing", "copy"]


@pytest.mark.parametrize("reason", ["missing", "copy", "expired"])
def test_a_request_about_papers_marks_at_least_one_of_them_and_its_slip_lists_it(client, city, offering, reason):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    start_work(dossier=dossier, actor=None, at=timezone.now())
    client.force_login(make_user("specialist", city.department))
    form, first = {"reasons": [reason], "text": DEFECTS.text}, dossier.version.documents.first()
    refused = client.post(act(dossier, "yeu-cau-bo-sung"), form)
    assert refused.status_code == 422
    assert "giấy tờ nào chưa đủ" in page(refused).find(id=f"id_paper_{first.pk}_error").text
    assert client.post(act(dossier, "yeu-cau-bo-sung"), form | marked(dossier)).status_code == 302
    assert [paper["name"] for paper in Slip.objects.get(form="supplement").data["papers"]] == [first.name]


def test_a_request_about_the_application_form_needs_no_paper_marked(client, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    start_work(dossier=dossier, actor=None, at=timezone.now())
    client.force_login(make_user("specialist", city.department))
    form = {"reasons": ["form"], "text": DEFECTS.text}
    assert client.post(act(dossier, "yeu-cau-bo-sung"), form).status_code == 302


def test_ground_and_approver_are_missed_in_our_own_words(client, dossier, city):
    client.force_login(make_user("specialist", city.department))
    form = {"reasons": ["form"], "text": DEFECTS.text}
    html = page(client.post(act(dossier, "yeu-cau-bo-sung"), form))
    assert "Hãy ghi căn cứ pháp lý" in html.find(id="id_ground_error").text
    assert "Hãy chọn lãnh đạo duyệt" in html.find(id="id_approver_error").text
