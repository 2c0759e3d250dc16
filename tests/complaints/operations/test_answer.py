"""Answers: written by an officer, approved by who answers for the unit, shown where something was to be done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.clock.states import Kind, Outcome, Status
from complaints.models import AnswerTemplate, Case, CaseText
from complaints.operations.answer.actions import answer_case, draft_answer, return_draft, waiting_draft
from complaints.operations.settlement.actions import case_rules, reopens_until, settle_case, start_settling
from complaints.operations.settlement.assignment import pass_on, send_back
from complaints.registration.files import add_files
from notices.models import Notice
from notices.sending.messages import message_of
from tests.complaints.cases import AT, CONTENT, in_work, make_inspector, received
from tests.factories import City, make_user
from tests.files.samples import picture
from tests.secrets import secret_of
from units.rules import RuleBroken
from units.texts.wording import weekday_date

WORDS = "Đã kiểm tra và cho sửa xong vỉa hè trong tuần này."
LATER = AT + timedelta(hours=2)


@pytest.fixture
def officer(city: City) -> User:
    return make_user("specialist", city.ward)


@pytest.fixture
def head(city: City) -> User:
    return make_user("leader", city.ward)


def just_now(city: City, kind: Kind = Kind.PETITION) -> Case:
    return in_work(city.ward, kind, at=timezone.now() - timedelta(minutes=5))


def test_an_officers_answer_to_a_petition_is_a_draft_until_the_head_sends_it(
    city: City, officer: User, head: User
) -> None:
    case = in_work(city.ward)
    with pytest.raises(RuleBroken, match="trình dự thảo"):
        answer_case(case=case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=officer, at=LATER)
    case = draft_answer(case=case, answer=WORDS, outcome=Outcome.DEALT_WITH, actor=officer, at=LATER)
    draft = waiting_draft(case)
    assert draft is not None
    assert (draft.text, draft.outcome, draft.author) == (WORDS, "dealt_with", officer)
    assert case.status == Status.SETTLING
    case = answer_case(case=case, answer=draft.text, outcome=Outcome(draft.outcome), actor=head, at=LATER)
    assert (case.status, case.draft) == (Status.ANSWERED, 0)


def test_a_draft_that_was_given_back_waits_no_more_and_says_why(city: City, officer: User, head: User) -> None:
    case = draft_answer(case=in_work(city.ward), answer=WORDS, outcome=Outcome.EXPLAINED, actor=officer, at=LATER)
    with pytest.raises(RuleBroken):
        return_draft(case=case, reason="x", actor=head, at=LATER)
    case = return_draft(case=case, reason="Nêu rõ ngày sửa xong.", actor=head, at=LATER)
    assert (case.draft, waiting_draft(case)) == (0, None)
    with pytest.raises(RuleBroken):
        return_draft(case=case, reason="Nêu rõ ngày sửa xong.", actor=head, at=LATER)
    assert CaseText.objects.get(sort="reason").text == "Nêu rõ ngày sửa xong."


def test_a_draft_is_never_on_the_reporters_page(city: City, officer: User, client: Client) -> None:
    case = draft_answer(case=in_work(city.ward), answer=WORDS, outcome=Outcome.EXPLAINED, actor=officer, at=LATER)
    page = client.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": secret_of(case)}, follow=True).content.decode()
    assert "Nhật ký xử lý" in page
    assert WORDS not in page
    assert "dự thảo" not in page


def test_a_question_is_answered_by_the_officer_at_once(city: City, officer: User) -> None:
    case = in_work(city.ward, Kind.QUESTION)
    case = answer_case(case=case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=officer, at=LATER)
    assert case.status == Status.ANSWERED


def test_the_head_finds_the_draft_in_the_form_and_sends_it(
    city: City, client: Client, officer: User, head: User
) -> None:
    case = just_now(city)
    page = f"/can-bo/phan-anh/{case.code}/"
    client.force_login(officer)
    assert client.get(f"{page}viec/tra-loi/").status_code == 302
    client.post(f"{page}viec/trinh-tra-loi/", {"outcome": "explained", "answer": WORDS, "seen": "4"})
    assert "chờ duyệt trả lời" in client.get("/can-bo/phan-anh/?nhom=cho-duyet").content.decode()
    client.force_login(head)
    form = client.get(f"{page}viec/tra-loi/").content.decode()
    assert WORDS in form
    assert str(officer) in form
    assert CONTENT in form, "nobody answers what they have not before them"
    client.post(f"{page}viec/tra-loi/", {"outcome": "explained", "answer": WORDS, "seen": "5"})
    case.refresh_from_db()
    assert case.status == Status.ANSWERED


def test_a_template_is_put_after_what_was_typed_and_sends_nothing(city: City, client: Client, officer: User) -> None:
    made = AnswerTemplate.objects.create(kind="question", title="Mở đầu", text="Cảm ơn ông/bà đã hỏi.")
    AnswerTemplate.objects.create(kind="grievance", title="Khác loại", text="Không dùng ở đây.")
    case = just_now(city, Kind.QUESTION)
    client.force_login(officer)
    page = f"/can-bo/phan-anh/{case.code}/viec/tra-loi/"
    filled = client.post(page, {"answer": "Đang gõ dở", "template": made.pk, "doing": "fill", "seen": "4"})
    assert filled.status_code == 200
    assert "Đang gõ dở\n\nCảm ơn ông/bà đã hỏi." in filled.content.decode().replace("\r", "")
    assert "Khác loại" not in filled.content.decode()
    case.refresh_from_db()
    assert case.status == Status.SETTLING


def test_a_report_from_the_street_is_dealt_with_where_something_shows_it(
    city: City, client: Client, officer: User, uploads: Path
) -> None:
    case = just_now(city, Kind.FIELD_REPORT)
    client.force_login(officer)
    page = f"/can-bo/phan-anh/{case.code}/viec/"
    form = {"outcome": "dealt_with", "answer": WORDS}
    refused = client.post(f"{page}tra-loi/", form)
    assert refused.status_code == 422
    assert "Phản ánh hiện trường cần ảnh hoặc văn bản" in refused.content.decode()
    assert client.post(f"{page}bang-chung/", {}).status_code == 422
    shown = SimpleUploadedFile("xong.jpg", picture())
    assert client.post(f"{page}bang-chung/", {"uploads": shown, "seen": "4"}).status_code == 302
    assert client.post(f"{page}tra-loi/", form).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.outcome) == (Status.ANSWERED, "dealt_with")
    assert "bằng chứng xử lý" in client.get(f"/can-bo/phan-anh/{case.code}/").content.decode()


def test_a_settled_report_needs_what_shows_it_whatever_its_answer_says(city: City) -> None:
    """Found by the walk: the outcome of the settlement stands, not one that is named with the answer."""
    case = in_work(city.ward, Kind.FIELD_REPORT)
    settle_case(case=case, outcome=Outcome.DEALT_WITH, decision=WORDS, actor=None, at=LATER)
    with pytest.raises(RuleBroken) as refused:
        answer_case(case=case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=None, at=LATER)
    assert refused.value.field == "evidence"


def test_the_database_refuses_it_too(city: City, uploads: Path, officer: User) -> None:
    case = in_work(city.ward, Kind.FIELD_REPORT)
    change = {"status": "answered", "outcome": "dealt_with", "finished_at": LATER, "next_due_at": None}
    with pytest.raises(IntegrityError, match="something shows it"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)
    add_files(
        case=case, uploads=[SimpleUploadedFile("a.png", picture("PNG"))], is_evidence=True, actor=officer, at=LATER
    )
    assert Case.objects.filter(pk=case.pk).update(**change) == 1


def test_several_cases_are_given_to_one_officer_and_what_cannot_be_stays(
    city: City, client: Client, officer: User, head: User
) -> None:
    mine, also = just_now(city), just_now(city)
    on_its_way = pass_on(case=just_now(city), to=city.department, reason="", actor=None, at=timezone.now())
    foreign = received(city.other_ward, at=timezone.now())
    client.force_login(head)
    codes = [one.code for one in (mine, also, on_its_way, foreign)]
    text = client.post("/can-bo/phan-anh/giao/", {"ma": codes, "nguoi": officer.pk}, follow=True).content.decode()
    assert set(Case.objects.filter(assignee=officer)) == {mine, also}
    assert "Đã giao 2 vụ việc." in text
    assert "1 vụ việc không giao được." in text
    client.force_login(officer)
    assert client.post("/can-bo/phan-anh/giao/", {"ma": codes, "nguoi": officer.pk}).status_code == 404


def test_a_unit_that_does_not_take_a_case_says_why(city: City) -> None:
    case = pass_on(case=in_work(city.ward), to=city.department, reason="", actor=None, at=LATER)
    with pytest.raises(RuleBroken) as refused:
        send_back(case=case, reason="", actor=None, at=LATER)
    assert refused.value.field == "reason"
    case = send_back(case=case, reason="Đường này do thành phố quản lý.", actor=None, at=LATER)
    assert (case.unit, case.passed_to) == (city.ward, None)


def test_a_page_asks_for_the_terms_of_its_case_once_and_for_nothing_that_is_not_there(
    city: City, client: Client, head: User, django_assert_max_num_queries
) -> None:
    case = just_now(city)
    client.force_login(head)
    client.get(f"/can-bo/phan-anh/{case.code}/")
    with django_assert_max_num_queries(8) as asked:
        client.get(f"/can-bo/phan-anh/{case.code}/")
    assert not [one for one in asked.captured_queries if "complaints_ruleset" in one["sql"]]
    assert len([one for one in asked.captured_queries if '"complaints_caseevent"' in one["sql"]]) == 1


def test_a_sealed_case_needs_no_approval_from_whoever_may_not_know_it(city: City) -> None:
    inspector = make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="post")
    assert case.handlers.get().user == inspector
    with pytest.raises(RuleBroken):
        start_settling(case=case, actor=inspector, at=LATER)


def test_the_letter_that_answers_says_until_when_one_may_come_back(city: City) -> None:
    case = in_work(city.ward)
    answer_case(case=case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=None, at=LATER)
    notice = Notice.objects.get(subject=case.code, kind="case_answered")
    text = message_of(notice, at=LATER, before_handing_over=lambda: None).text
    until = reopens_until(Case.objects.get(pk=case.pk), case_rules(case))
    assert until is not None
    assert f"chậm nhất {weekday_date(until, 'vi')}" in text
