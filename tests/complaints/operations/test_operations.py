"""The life of a case by its acts, on the real database: what each leaves behind, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.citizens.secret import opens
from complaints.clock.replay import CACHED
from complaints.clock.rules import Grade
from complaints.clock.states import Kind, Outcome, Status
from complaints.events.record import history_of
from complaints.models import Case, CaseEvent, CaseText, Ground, Reporter
from complaints.operations.acceptance.actions import (
    accept_case,
    ask_supplement,
    note_supplement,
    refuse_case,
    transfer_case,
)
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.acceptance.splitting import split_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import (
    close_case,
    extend_case,
    grade_case,
    reopen_case,
    settle_case,
    withdraw_case,
)
from complaints.operations.settlement.assignment import assign_case, pass_on, take_over
from complaints.registration.actions import receive_case
from notices.models import Notice
from tests.complaints.cases import AT, CONTENT, ground, in_work, make_inspector, new_case, received
from tests.databases import as_owner
from tests.factories import City, hanoi, make_user
from units.rules import RuleBroken

LATER = AT + timedelta(days=1)
WORDS = "Đã kiểm tra tại chỗ và yêu cầu đơn vị thi công hoàn trả."


def same_as_events(case: Case) -> bool:
    stored, state = Case.objects.get(pk=case.pk), history_of(case).state
    return all(getattr(stored, name) == getattr(state, name) for name in CACHED)


def test_what_comes_in_gets_a_code_a_secret_a_clock_and_a_notice(city: City) -> None:
    case = received(city.ward)
    assert case.code.startswith("PA.")
    assert opens(case.fresh_secret, case.code, case.secret_hash)
    assert Case.objects.get().fresh_secret == ""
    assert (case.status, case.next_due_at) == (Status.NEW, hanoi(2026, 7, 20, 17))
    assert CaseText.objects.get(case=case).text == CONTENT
    notice = Notice.objects.get(subject=case.code)
    assert (notice.kind, notice.email) == ("case_received", "ngochanh@example.test")
    assert same_as_events(case)


def test_the_same_request_twice_is_one_case(city: City) -> None:
    registration = new_case(city.ward, request_key=uuid4())
    assert receive_case(new=registration, actor=None, at=AT) == receive_case(new=registration, actor=None, at=LATER)
    assert Case.objects.count() == 1


def test_codes_of_one_day_do_not_count_up(city: City) -> None:
    codes = {received(city.ward).code for _ in range(5)}
    ordinals = sorted(int(code.rsplit("-", 1)[1]) for code in codes)
    assert len(ordinals) == 5
    assert ordinals[-1] - ordinals[0] > 4


def test_a_petition_from_receipt_to_the_answer_and_back(city: City) -> None:
    officer = make_user("leader", city.ward)
    case = in_work(city.ward)
    assign_case(case=case, to=officer, actor=None, at=AT)
    case = answer_case(case=case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=officer, at=LATER)
    assert (case.status, case.finished_at, case.outcome) == (Status.ANSWERED, LATER, "explained")
    close_case(case=case, actor=officer, at=LATER)
    case = reopen_case(case=case, why="Nơi ấy vẫn chưa được sửa.", actor=None, at=LATER + timedelta(days=1))
    assert (case.status, case.reopened, case.finished_at) == (Status.SETTLING, 1, None)
    assert same_as_events(case)


def test_the_reporter_comes_back_within_fifteen_days_and_not_later(city: City) -> None:
    case = answer_case(case=in_work(city.ward), answer=WORDS, outcome=Outcome.EXPLAINED, actor=None, at=LATER)
    with pytest.raises(RuleBroken, match="quá thời hạn"):
        reopen_case(case=case, why="Nơi ấy vẫn chưa được sửa.", actor=None, at=LATER + timedelta(days=16))


def test_a_grievance_is_decided_before_it_is_answered(city: City) -> None:
    case = in_work(city.district, Kind.GRIEVANCE)
    with pytest.raises(RuleBroken):
        answer_case(case=case, answer=WORDS, outcome=Outcome.REJECTED, actor=None, at=LATER)
    case = settle_case(case=case, outcome=Outcome.REJECTED, decision=WORDS, actor=None, at=LATER)
    assert (case.finished_at, case.status) == (LATER, Status.SETTLED)
    case = answer_case(case=case, answer=WORDS, actor=None, at=LATER)
    assert (case.status, case.outcome) == (Status.ANSWERED, "rejected")


def test_a_refusal_names_a_ground_of_its_kind_and_says_why(city: City) -> None:
    case = sort_case(case=received(city.district), sorting=Sorting(Kind.GRIEVANCE), actor=None, at=AT)
    other = Ground.objects.filter(kind="petition").first()
    with pytest.raises(RuleBroken) as refused:
        refuse_case(case=case, ground=other, reason=WORDS, actor=None, at=LATER)
    assert refused.value.field == "ground"
    with pytest.raises(RuleBroken) as refused:
        refuse_case(case=case, ground=ground(case, "not_accepted"), reason="x", actor=None, at=LATER)
    assert refused.value.field == "reason"
    case = refuse_case(case=case, ground=ground(case, "not_accepted"), reason=WORDS, actor=None, at=LATER)
    assert (case.status, case.outcome, case.checked_at) == (Status.NOT_ACCEPTED, "not_accepted", LATER)


def test_a_complex_case_needs_its_ground_and_the_reporter_hears_of_the_new_date(city: City) -> None:
    case = in_work(city.district, Kind.GRIEVANCE)
    with pytest.raises(RuleBroken) as refused:
        grade_case(case=case, grade=Grade.COMPLEX, grounds=[], reason=WORDS, actor=None, at=LATER)
    assert refused.value.field == "grounds"
    grounds = [ground(case, "complex")]
    case = grade_case(case=case, grade=Grade.COMPLEX, grounds=grounds, reason=WORDS, actor=None, at=LATER)
    assert case.due_at == hanoi(2026, 8, 20, 17)
    assert Notice.objects.filter(subject=case.code, kind="case_extended").exists()


def test_a_third_extension_of_a_denunciation_is_refused(city: City) -> None:
    make_inspector(city.district)
    case = in_work(city.ward, Kind.DENUNCIATION, channel="counter")
    grounds = list(Ground.objects.filter(kind="denunciation", use="complex"))
    case = extend_case(case=case, grounds=grounds[:1], reason=WORDS, actor=None, at=LATER)
    with pytest.raises(RuleBroken):  # the second is for very complex ones: two grounds
        extend_case(case=case, grounds=grounds[:1], reason=WORDS, actor=None, at=LATER)
    case = extend_case(case=case, grounds=grounds[:2], reason=WORDS, actor=None, at=LATER)
    with pytest.raises(RuleBroken, match="thêm lần nào"):
        extend_case(case=case, grounds=grounds, reason=WORDS, actor=None, at=LATER)


def test_a_supplement_stops_the_clock_until_it_comes(city: City) -> None:
    case = sort_case(case=received(city.ward), sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    case = ask_supplement(case=case, asked="Xin cho biết số nhà và ngõ.", actor=None, at=LATER)
    assert not Case.objects.overdue(hanoi(2026, 12, 1)).exists()
    case = note_supplement(case=case, said="Số nhà 12, ngõ 5 phố Huế.", actor=None, at=LATER + timedelta(days=7))
    assert case.next_due_at == hanoi(2026, 7, 27, 17)
    assert same_as_events(case)


def test_a_unit_takes_over_what_was_passed_on_to_it(city: City) -> None:
    case = pass_on(case=in_work(city.ward), to=city.department, reason="", actor=None, at=LATER)
    with pytest.raises(RuleBroken):
        pass_on(case=case, to=city.other_ward, reason="", actor=None, at=LATER)
    case = take_over(case=case, actor=None, at=LATER)
    assert (case.unit_id, case.passed_to_id) == (city.department.pk, None)
    assert same_as_events(case)


def test_a_transfer_names_the_body_it_goes_to(city: City) -> None:
    case = sort_case(case=received(city.ward), sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    with pytest.raises(RuleBroken):
        transfer_case(case=case, body=" ", reason="", actor=None, at=LATER)
    case = transfer_case(case=case, body="Sở Xây dựng Hà Nội", reason="", actor=None, at=LATER)
    assert (case.status, case.finished_at) == (Status.TRANSFERRED, LATER)


def test_only_a_denunciation_continues_after_it_was_withdrawn(city: City) -> None:
    with pytest.raises(RuleBroken):
        withdraw_case(case=in_work(city.ward), goes_on=True, reason="", actor=None, at=LATER)
    make_inspector(city.district)
    case = in_work(city.ward, Kind.DENUNCIATION, channel="post")
    case = withdraw_case(case=case, goes_on=True, reason="", actor=None, at=LATER)
    assert case.status == Status.SETTLING


def test_acts_out_of_order_are_refused_with_both_names(city: City) -> None:
    with pytest.raises(RuleBroken, match=r"Mới nhận.*Thụ lý"):
        accept_case(case=received(city.ward), actor=None, at=LATER)


def test_a_mixed_letter_becomes_two_cases_with_two_clocks_and_one_is_invisible_from_the_other(city: City) -> None:
    make_inspector(city.district)
    clerk = make_user("clerk", city.ward)
    letter = received(city.ward, Kind.GRIEVANCE, channel="counter")
    denounced, rest = "Ông X nhận tiền của dân.", "Tôi khiếu nại quyết định số 12."
    part = split_case(case=letter, kind=Kind.DENUNCIATION, content=denounced, remaining=rest, actor=clerk, at=LATER)
    assert part.is_sealed
    assert part.received_at == letter.received_at
    assert part.check_due_at == hanoi(2026, 7, 15, 17)
    assert not letter.links.exists()
    assert part.links.get().other == letter
    assert list(Case.objects.visible_to(clerk)) == [letter]


def test_history_is_never_changed(city: City) -> None:
    case = received(city.ward)
    for change in (
        CaseEvent.objects.filter(case=case).delete,
        lambda: Case.objects.filter(pk=case.pk).update(code="X"),
    ):
        with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert Reporter.objects.get(case=case).name
