"""The hotline: a sheet for each call, promises with a clock, and nothing closed that nobody wrote down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.clock.states import Kind
from complaints.intake.hotline.actions import (
    CallBackTerm,
    IncomingCall,
    call_back,
    promise_call_back,
    promised,
    register_call,
    remind_of_calls,
)
from complaints.models import Call, Case, CaseReading, CaseText, RegisterReading, Reporter, SealedBox
from complaints.models.people import Person
from dossiers.models import DossierReading
from notices.models import Notice
from tests.complaints.cases import AT, CONTENT, NAME, PHONE, make_inspector, new_case, received
from tests.complaints.sealed.test_sealed import whole_database
from tests.factories import City, hanoi, make_applicant, make_offering, make_procedure, make_user, register
from tests.secrets import shows_secret
from units.rules import RuleBroken

PAGE = "/can-bo/duong-day-nong/"
RULE = "không đọc qua điện thoại (Luật Tố cáo 2018, Điều 8 và Điều 56)"
SECRET = "Ông trưởng ban nhận phong bì của nhà thầu."


@pytest.fixture
def operator(city: City, client: Client) -> User:
    user = make_user("clerk", city.ward)
    client.force_login(user)
    return user


def sheet(**more: Any) -> dict[str, Any]:
    form = {"request_key": str(uuid4()), "phone": PHONE, "began": "09:05", "category": "ho-ga-o-ga"}
    return form | {"grade": "normal", "content": CONTENT} | more


def incoming_call(city: City, promise: CallBackTerm | None = None, **more: Any) -> IncomingCall:
    return IncomingCall(uuid4(), city.ward, AT, promise, **more)


def test_one_submit_files_the_case_and_gives_an_empty_sheet_with_the_code_to_read_out(
    client: Client, operator: User
) -> None:
    answer = client.post(PAGE, sheet(name=NAME, grade="urgent", place="Trước số nhà 12"))
    case, page = Case.objects.get(), answer.content.decode()
    assert (case.channel, case.kind, case.grade, case.place) == (
        "hotline",
        "field_report",
        "urgent",
        "Trước số nhà 12",
    )
    assert (case.reporter.name, case.reporter.phone, case.registered_by) == (NAME, PHONE, operator)
    assert case.code in page
    assert shows_secret(page, case)
    assert CONTENT not in page
    assert Call.objects.get().closed_at is not None


def test_the_number_of_a_caller_who_gave_no_name_stands_on_the_case(client: Client, operator: User) -> None:
    client.post(PAGE, sheet())
    page = client.get(f"/can-bo/phan-anh/{Case.objects.get().code}/").content.decode()
    assert PHONE in page
    assert "Không nêu tên." in page


@pytest.mark.parametrize("reads_there", [True, False])
def test_whoever_wrote_a_call_down_is_told_where_it_is_now_and_led_there_only_where_it_opens(
    client: Client, city: City, *, reads_there: bool
) -> None:
    client.force_login(make_user("clerk", city.ward if reads_there else city.ward_desk))
    page = client.post(PAGE, sheet()).content.decode()
    case = Case.objects.get()
    address = f"/can-bo/phan-anh/{case.code}/"
    assert f"Vụ việc đang ở {city.ward.name}." in page
    assert (f'href="{address}"' in page, client.get(address).status_code == 200) == (reads_there, reads_there)


def test_pressed_twice_it_is_one_call_and_one_case(client: Client, operator: User) -> None:
    form = sheet()
    first, second = (client.post(PAGE, form).content.decode() for _ in range(2))
    assert (Case.objects.count(), Call.objects.count()) == (1, 1)
    assert Case.objects.get().code in first
    assert Case.objects.get().code in second


def test_a_call_nobody_wrote_down_cannot_be_closed(city: City, operator: User) -> None:
    call = promise_call_back(
        incoming=incoming_call(city, CallBackTerm.TWO_HOURS), name=NAME, phone=PHONE, actor=operator, at=AT
    )
    call = call_back(call=call, was_reached=True, text="", actor=operator, at=AT + timedelta(hours=1))
    assert (call.called_back_at, call.closed_at) == (AT + timedelta(hours=1), None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(closed_at=AT)


def test_a_case_without_words_is_no_record_of_a_call_either(city: City, operator: User) -> None:
    case = register_call(
        incoming=incoming_call(city, CallBackTerm.TWO_HOURS),
        new=new_case(city.ward, channel="hotline"),
        actor=operator,
        at=AT,
    )
    CaseText.objects.filter(case=case).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(case=case).update(closed_at=AT)


def test_a_kept_call_is_written_down_later_and_then_names_nobody(client: Client, operator: User, city: City) -> None:
    form = {"request_key": str(uuid4()), "phone": PHONE, "began": "09:05", "promise": "two_hours", "doing": "keep"}
    typed = client.post(PAGE, form | {"content": CONTENT})
    assert (typed.status_code, CONTENT in typed.content.decode()) == (422, True)
    client.post(PAGE, form)
    call = Call.objects.get()
    assert (call.phone, call.case) == (PHONE, None)
    page = client.get(f"{PAGE}?goi={call.request_key}").content.decode()
    assert PHONE in page
    assert RegisterReading.objects.filter(user=operator, page="call").exists()
    client.post(PAGE, sheet(goi=call.request_key))
    call.refresh_from_db()
    assert (call.name, call.phone, call.case) == ("", "", Case.objects.get())
    assert call.closed_at is None, "the promise is still owed"
    client.post(f"{PAGE}{call.request_key}/", {"doing": "reached", "said": "Người gọi nói hố đã sâu thêm nhiều."})
    call.refresh_from_db()
    assert call.closed_at
    assert CaseText.objects.get(sort="note").text == "Người gọi nói hố đã sâu thêm nhiều."


@pytest.mark.parametrize(
    ("promise", "due"),
    [
        (CallBackTerm.TWO_HOURS, hanoi(2026, 7, 6, 11)),
        (CallBackTerm.FOUR_HOURS, hanoi(2026, 7, 6, 14)),
        (CallBackTerm.NEXT_DAY, hanoi(2026, 7, 7, 17)),
    ],
)
def test_a_promise_counts_in_working_time(city: City, promise: CallBackTerm, due: Any) -> None:
    assert promised(incoming_call(city, promise)) == due


def test_what_is_promised_and_not_kept_is_missed_and_said_on_the_sheet_and_in_the_inbox(
    city: City, client: Client, operator: User
) -> None:
    at = timezone.now() - timedelta(days=10)
    late = IncomingCall(uuid4(), city.ward, at, CallBackTerm.TWO_HOURS)
    call = promise_call_back(incoming=late, name="", phone=PHONE, actor=operator, at=at)
    assert "1 cuộc đã quá hẹn gọi lại." in client.get(PAGE).content.decode()
    assert "1 cuộc đã quá hẹn gọi lại." in client.get("/can-bo/phan-anh/").content.decode()
    assert list(Call.objects.missed(timezone.now())) == [call]
    client.post(f"{PAGE}{call.request_key}/", {"doing": "not-reached"})
    call.refresh_from_db()
    assert (call.tries, call.called_back_at) == (1, None)


def test_a_missed_promise_is_told_once_to_who_made_it_in_working_time_and_never_of_a_sealed_call(
    city: City, client: Client, operator: User
) -> None:
    make_inspector(city.district)
    call = promise_call_back(
        incoming=incoming_call(city, CallBackTerm.TWO_HOURS), name=NAME, phone=PHONE, actor=operator, at=AT
    )
    sealed = new_case(city.ward, Kind.DENUNCIATION, channel="hotline")
    register_call(incoming=incoming_call(city, CallBackTerm.TWO_HOURS), new=sealed, actor=operator, at=AT)
    for at in (hanoi(2026, 7, 6, 10), hanoi(2026, 7, 6, 22)):
        remind_of_calls(at=at)
    assert not Notice.objects.filter(kind="call_back").exists()
    for _ in range(2):
        remind_of_calls(at=hanoi(2026, 7, 7, 9))
    notice = Notice.objects.get(kind="call_back")
    assert (notice.recipient, notice.facts["until_at"]) == (operator, call.call_back_by)
    page = client.get("/can-bo/thong-bao/").content.decode()
    assert f"{PAGE}{call.request_key}/" in page
    assert PHONE not in page


def test_the_number_on_the_line_shows_its_dossiers_and_cases_and_that_is_recorded(
    city: City, client: Client, operator: User
) -> None:
    offering = make_offering(make_procedure(), city.ward)
    mine = register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(phone="0987 654 399"))
    case, other = received(city.ward), received(city.other_ward)
    found = client.post(f"{PAGE}tim/", {"phone": "+84 987 654 399"}).content.decode()
    assert mine.code in found
    assert case.code in found
    assert other.code not in found
    assert DossierReading.objects.filter(dossier=mine, user=operator, page="hotline").exists()
    assert CaseReading.objects.filter(case=case, user=operator, page="hotline").exists()
    whole = client.post(PAGE, {"phone": PHONE, "content": "đang gõ dở", "doing": "look"}).content.decode()
    assert re.findall(r"<input[^>]*autofocus[^>]*>", whole)[0].count('name="name"') == 1
    assert case.code in whole
    assert "đang gõ dở" in whole
    assert Case.objects.count() == 2


def test_a_denunciation_by_telephone_is_guided_first_and_then_sealed(
    city: City, client: Client, operator: User
) -> None:
    inspector = make_inspector(city.district)
    form = sheet(category="vi-pham", content=SECRET, name=NAME, promise="two_hours")
    refused = client.post(PAGE, form)
    assert refused.status_code == 422
    assert "Hãy đọc lời hướng dẫn cho người gọi" in refused.content.decode()
    assert SECRET in refused.content.decode()
    assert not Case.objects.exists()
    answer = client.post(PAGE, form | {"guided": "on"}).content.decode()
    case = Case.objects.get()
    assert (case.kind, case.is_sealed) == (Kind.DENUNCIATION_INFO, True)
    assert case.code in answer
    assert not shows_secret(answer, case)
    assert RULE in answer
    assert [one for one in (SECRET, NAME, PHONE) if one in whole_database()] == []
    assert "Không có cuộc nào." in client.get(PAGE).content.decode()
    page = f"{PAGE}{Call.objects.get().request_key}/"
    assert client.get(page).status_code == 404
    client.force_login(inspector)
    assert PHONE in client.get(page).content.decode()
    assert RULE in client.get(f"/can-bo/phan-anh/{case.code}/").content.decode()
    assert CaseReading.objects.filter(case=case, user=inspector, is_of_secrets=True, page="call").exists()


def test_a_petition_by_telephone_needs_who_says_it(client: Client, operator: User) -> None:
    answer = client.post(PAGE, sheet(category="quy-dinh"))
    assert answer.status_code == 422
    assert "Hãy ghi địa chỉ để gửi trả lời." in answer.content.decode()


def test_a_call_may_be_sent_on_at_once_and_the_other_unit_takes_it_over(
    city: City, client: Client, operator: User
) -> None:
    client.post(PAGE, sheet(to=city.department.pk))
    case = Case.objects.get()
    assert (case.unit, case.passed_to) == (city.ward, city.department)


def test_a_call_of_tomorrow_is_refused(city: City, operator: User) -> None:
    with pytest.raises(RuleBroken) as refused:
        register_call(
            incoming=IncomingCall(uuid4(), city.ward, AT + timedelta(days=1)),
            new=new_case(city.ward),
            actor=operator,
            at=AT,
        )
    assert refused.value.field == "began_at"


def test_the_sheet_costs_few_queries_however_many_wait(
    city: City, client: Client, operator: User, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        promise_call_back(
            incoming=incoming_call(city, CallBackTerm.TWO_HOURS), name="", phone=PHONE, actor=operator, at=AT
        )
    client.get(PAGE)
    with django_assert_max_num_queries(6):
        client.get(PAGE)


def test_a_plain_call_leaves_its_caller_to_the_case_alone(city: City, operator: User) -> None:
    case = register_call(
        incoming=incoming_call(city), new=new_case(city.ward, channel="hotline"), actor=operator, at=AT
    )
    assert Reporter.objects.get().phone == PHONE
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(case=case).update(phone=PHONE)
    assert not SealedBox.objects.exists()


@pytest.mark.parametrize("typed", ["0912 345 678", "0912.345.678", "+84 912 345 678"])
def test_a_number_typed_on_the_web_in_any_way_is_found_when_it_calls(
    city: City, client: Client, operator: User, typed: str
) -> None:
    case = received(city.ward, person=Person(name=NAME, phone=typed))
    assert case.reporter.phone == "0912345678"
    assert case.code in client.post(f"{PAGE}tim/", {"phone": "0912345678"}).content.decode()


def test_a_call_that_was_called_back_stays_on_the_list_until_it_is_written_down(
    city: City, client: Client, operator: User
) -> None:
    call = promise_call_back(
        incoming=incoming_call(city, CallBackTerm.TWO_HOURS), name=NAME, phone=PHONE, actor=operator, at=AT
    )
    call_back(call=call, was_reached=True, text="", actor=operator, at=AT + timedelta(hours=1))
    page = client.get(PAGE).content.decode()
    assert "Đã gọi lại, chưa ghi" in page
    assert "quá hẹn gọi lại" not in page
    client.post(PAGE, sheet(goi=call.request_key))
    assert str(call.request_key) not in client.get(PAGE).content.decode()
