"""The inbox as its users see it, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.clock.states import Kind, Status
from complaints.models import Case, CaseReading
from complaints.operations.settlement.actions import withdraw_case
from complaints.operations.settlement.assignment import assign_case
from tests.complaints.cases import NAME, in_work, make_inspector, received
from tests.factories import City, make_user
from tests.secrets import secret_of

ROLES = ("clerk", "specialist", "leader", "official", "administrator", "editor")


@pytest.fixture
def clerk(city: City, client: Client) -> Client:
    client.force_login(make_user("clerk", city.ward))
    return client


def now_received(city: City, kind: Kind = Kind.PETITION, **more: object) -> Case:
    return received(city.ward, kind, at=timezone.now() - timedelta(minutes=5), **more)


def test_the_inbox_lists_the_units_cases_by_their_clock_in_few_queries(
    city: City, clerk: Client, django_assert_max_num_queries
) -> None:
    mine, other = now_received(city), received(city.other_ward, at=timezone.now())
    with django_assert_max_num_queries(11):
        page = clerk.get("/can-bo/phan-anh/").content.decode()
    assert mine.code in page
    assert other.code not in page


def test_opening_a_case_shows_who_wrote_it_and_is_written_down(city: City, clerk: Client) -> None:
    case = now_received(city)
    page = clerk.get(f"/can-bo/phan-anh/{case.code}/").content.decode()
    assert NAME in page
    assert CaseReading.objects.get().case == case


def test_a_clerk_sorts_and_accepts(city: City, clerk: Client) -> None:
    case = now_received(city)
    form = {"kind": "petition", "grade": "normal", "seen": "1"}
    assert clerk.post(f"/can-bo/phan-anh/{case.code}/viec/phan-loai/", form).status_code == 302
    assert clerk.post(f"/can-bo/phan-anh/{case.code}/viec/thu-ly/", {"seen": "2"}).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.ACCEPTED


def test_a_page_that_is_old_does_nothing_and_keeps_what_was_typed(city: City, clerk: Client) -> None:
    case = in_work(city.ward, Kind.QUESTION, at=timezone.now() - timedelta(minutes=5))
    form = {"outcome": "explained", "answer": "Đã sửa xong vỉa hè hôm qua.", "seen": "1"}
    answer = clerk.post(f"/can-bo/phan-anh/{case.code}/viec/tra-loi/", form)
    assert answer.status_code == 409
    assert "Đã sửa xong vỉa hè hôm qua." in answer.content.decode()
    case.refresh_from_db()
    assert case.status == Status.SETTLING


def test_an_answer_without_words_is_asked_for_beside_its_field(city: City, clerk: Client) -> None:
    case = in_work(city.ward, Kind.QUESTION, at=timezone.now() - timedelta(minutes=5))
    answer = clerk.post(f"/can-bo/phan-anh/{case.code}/viec/tra-loi/", {"outcome": "explained", "answer": ""})
    assert answer.status_code == 422
    assert "ít nhất 10 chữ cái" in answer.content.decode()


def test_a_sealed_case_is_not_there_for_anybody_but_its_handlers(city: City, client: Client) -> None:
    inspector = make_inspector(city.district)
    case = now_received(city, Kind.DENUNCIATION, channel="counter")
    for role in ROLES:
        client.force_login(make_user(role, city.district))
        assert client.get(f"/can-bo/phan-anh/{case.code}/").status_code == 404
        assert case.code not in client.get("/can-bo/phan-anh/").content.decode()
    client.force_login(inspector)
    assert case.code in client.get("/can-bo/phan-anh/").content.decode()
    assert NAME in client.get(f"/can-bo/phan-anh/{case.code}/").content.decode()
    assert CaseReading.objects.get().is_of_secrets


def test_the_reporters_page_opens_by_its_secret_alone(city: City, client: Client) -> None:
    case = now_received(city)
    address = f"/phan-anh/{case.code}/"
    assert "Mới nhận" not in client.get(address).content.decode()
    wrong, unknown = (
        client.post(address, {"ma-tra-cuu": "XXXXXX"}),
        client.post("/phan-anh/PA.H26-260101-000001/", {"ma-tra-cuu": "XXXXXX"}),
    )
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "Mới nhận" in client.post(address, {"ma-tra-cuu": secret_of(case)}, follow=True).content.decode()


def test_a_case_is_opened_by_its_code_in_any_spelling_also_when_it_has_ended(city: City, clerk: Client) -> None:
    case = now_received(city)
    withdraw_case(case=case, goes_on=False, reason="", actor=None, at=timezone.now())
    assert clerk.get("/can-bo/phan-anh/", {"tim": f" {case.code.lower()} "}).url == f"/can-bo/phan-anh/{case.code}/"
    make_inspector(city.district)
    for hidden in (now_received(city, Kind.DENUNCIATION, channel="counter").code, "PA.H99-260101-000001"):
        assert "Không tìm thấy vụ việc này" in clerk.get("/can-bo/phan-anh/", {"tim": hidden}).content.decode()
    scanned = clerk.post("/can-bo/quet/", {"ma": case.code}, follow=True)
    assert scanned.redirect_chain[-1][0] == f"/can-bo/phan-anh/{case.code}/"


def test_an_officer_sees_what_was_given_to_them_apart(city: City, client: Client) -> None:
    officer = make_user("specialist", city.ward)
    mine, other = now_received(city), now_received(city)
    assign_case(case=mine, to=officer, actor=None, at=timezone.now())
    client.force_login(officer)
    page = client.get("/can-bo/phan-anh/?cua=toi").content.decode()
    assert mine.code in page
    assert other.code not in page
    assert other.code in client.get("/can-bo/phan-anh/").content.decode()
