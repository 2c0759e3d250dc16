"""Calls that a merged office had still to return or to write down are returned and written down at its successor."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from complaints.changes.reorganisation.receptions_and_calls import count_calls, move_calls
from complaints.clock.states import Kind, Outcome
from complaints.intake.hotline.actions import (
    CallBackTerm,
    IncomingCall,
    call_back,
    promise_call_back,
    register_call,
    remind_of_calls,
)
from complaints.models import Call, Case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import close_case
from dossiers.tasks import continue_ended_units
from notices.models import Notice
from tests.complaints.cases import CONTENT, NAME, PHONE, make_inspector, new_case
from tests.complaints.changes.test_reorganisation_receptions import (
    ahead,
    counts_by_label,
    foreseen,
    merge,
    merged,
    new_ward,
)
from tests.complaints.intake.hotline.test_hotline import PAGE, sheet
from tests.factories import City, hanoi, make_user

pytestmark = pytest.mark.django_db
COUNTED = "Cuộc gọi còn phải gọi lại, còn phải ghi"
BEGAN = hanoi(2026, 7, 6)


@pytest.fixture
def operator(city: City) -> User:
    return make_user("clerk", city.ward)


def promised_call(
    city: City, operator: User, at: datetime = BEGAN, promise: CallBackTerm = CallBackTerm.TWO_HOURS
) -> Call:
    return promise_call_back(
        incoming=IncomingCall(uuid4(), city.ward, at, promise), name=NAME, phone=PHONE, actor=operator, at=at
    )


def written(city: City, operator: User, kind: Kind = Kind.QUESTION, promise: CallBackTerm | None = None) -> Call:
    incoming = IncomingCall(uuid4(), city.ward, BEGAN, promise)
    return register_call(
        incoming=incoming, new=new_case(city.ward, kind, channel="hotline"), actor=operator, at=BEGAN
    ).call


def fresh(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


def text(client: Client, page: str) -> str:
    return " ".join(client.get(page).content.decode().split())


def test_a_call_that_nobody_wrote_down_is_written_down_at_the_successor_and_its_history_says_so(
    city: City, client: Client, operator: User
) -> None:
    call = promised_call(city, operator)
    assert counts_by_label(merged(city, ahead(0)))[COUNTED] == 1
    assert (fresh(call).unit, fresh(call).first_unit) == (new_ward(), city.ward)
    client.force_login(make_user("clerk", new_ward()))
    listed, page, went_on = text(client, PAGE), f"{PAGE}{call.request_key}/", "Phường Thử Nhất → Phường Mới"
    assert page in listed
    assert "Phường Thử Nhất nghe máy" in listed
    assert "1 cuộc đã quá hẹn gọi lại." in listed
    assert went_on in text(client, page)
    assert PHONE in text(client, f"{PAGE}?goi={call.request_key}")
    client.post(page, {"doing": "reached"})
    client.post(PAGE, sheet(goi=call.request_key))
    done, case = fresh(call), Case.objects.get()
    assert (done.case, done.name, done.phone, done.closed_at is None) == (case, "", "", False)
    assert (case.unit, case.receiving_unit) == (new_ward(), new_ward())
    assert f"Cuộc gọi: đơn vị kế tục gọi lại, ghi tiếp</b><p>Phường Mới</p><p>{went_on}" in text(
        client, f"/can-bo/phan-anh/{case.code}/"
    )


def test_a_call_back_promised_in_a_case_that_was_closed_is_made_at_the_successor(
    city: City, client: Client, operator: User
) -> None:
    call = written(city, operator, promise=CallBackTerm.NEXT_DAY)
    case, words = call.case, "Bà cần tờ khai và giấy tờ tùy thân khi đến nộp."
    assert case is not None
    sort_case(case=case, sorting=Sorting(Kind.QUESTION), actor=operator, at=BEGAN)
    client.force_login(operator)
    for slug in ("thu-ly", "bat-dau"):
        client.post(f"/can-bo/phan-anh/{case.code}/viec/{slug}/")
    answer_case(case=case, answer=words, outcome=Outcome.EXPLAINED, actor=None, at=timezone.now())
    close_case(case=case, actor=None, at=timezone.now())
    merged(city, ahead(0))
    client.force_login(make_user("clerk", new_ward()))
    page = f"{PAGE}{call.request_key}/"
    assert page in text(client, PAGE)
    assert client.post(page, {"doing": "reached", "said": "Đã báo cho bà đủ giấy tờ."}).status_code == 302
    case.refresh_from_db()
    assert (fresh(call).closed_at is None, fresh(call).unit, case.unit) == (False, new_ward(), city.ward)
    history = text(client, f"/can-bo/phan-anh/{case.code}/")
    assert history.index("Cuộc gọi: đơn vị kế tục gọi lại") < history.index("Nhận đơn, phản ánh")


def test_a_call_of_a_sealed_case_continues_and_nobody_is_told_of_it(city: City, operator: User) -> None:
    make_inspector(city.district)
    call = written(city, operator, Kind.DENUNCIATION, CallBackTerm.TWO_HOURS)
    assert counts_by_label(foreseen(city, ahead(0)))[COUNTED] == 0
    assert counts_by_label(merged(city, ahead(0)))[COUNTED] == 0
    assert fresh(call).unit == new_ward()


def test_calls_that_owe_nothing_stay_with_who_took_them(city: City, operator: User) -> None:
    over, returned, owing = (
        written(city, operator),
        written(city, operator, promise=CallBackTerm.TWO_HOURS),
        promised_call(city, operator),
    )
    call_back(call=returned, was_reached=True, text="", actor=operator, at=BEGAN + timedelta(hours=1))
    merged(city, ahead(0))
    assert [fresh(one).unit for one in (over, returned, owing)] == [city.ward, city.ward, new_ward()]


def test_nothing_moves_before_the_day_and_the_daily_task_does_it_then(city: City, operator: User) -> None:
    call, on = promised_call(city, operator), ahead(7)
    assert counts_by_label(foreseen(city, on))[COUNTED] == 1
    moves = merged(city, on).done.moves
    assert fresh(call).unit == city.ward
    then = timezone.now() + timedelta(days=7)
    assert count_calls(successors=moves, on=on, at=then) == 1
    assert [move_calls(successors=moves, on=on, actor=None, at=then) for _twice in range(2)] == [1, 0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(first_unit=new_ward())


def test_until_the_daily_task_has_run_whoever_continues_sees_the_call_and_others_do_not(
    city: City, client: Client, operator: User
) -> None:
    call = promised_call(city, operator)
    merge(city, ahead(0))
    for unit, status in ((new_ward(), 200), (city.department, 404)):
        client.force_login(make_user("clerk", unit))
        assert client.get(f"{PAGE}{call.request_key}/").status_code == status
    continue_ended_units()
    assert fresh(call).unit == new_ward()


def test_of_a_promise_missed_after_the_merger_all_who_continue_hear_once_though_its_operator_left(
    city: City, client: Client, operator: User
) -> None:
    call = promised_call(city, operator)
    remind_of_calls(at=hanoi(2026, 7, 7, 9))
    merged(city, ahead(0))
    User.objects.filter(pk=operator.pk).update(is_active=False)
    Membership.objects.filter(user=operator).delete()
    for _twice in range(2):
        remind_of_calls(at=hanoi(2026, 7, 14, 9))
    first, second = Notice.objects.filter(kind="call_back").order_by("pk")
    assert (first.recipient, first.unit) == (operator, city.ward)
    assert (second.recipient, second.unit, second.email) == (None, new_ward(), "")
    client.force_login(make_user("clerk", new_ward()))
    assert f"{PAGE}{call.request_key}/" in client.get("/can-bo/thong-bao/").content.decode()


def test_pages_ask_the_same_however_many_calls_go_on(
    city: City, client: Client, operator: User, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        call = promised_call(city, operator)
    merged(city, ahead(0))
    client.force_login(make_user("clerk", new_ward()))
    client.post(PAGE, sheet(goi=call.request_key, content=CONTENT))
    for page in (PAGE, f"/can-bo/phan-anh/{Case.objects.get().code}/"):
        client.get(page)
        with django_assert_max_num_queries(6):
            assert "Phường Thử Nhất" in client.get(page).content.decode()
