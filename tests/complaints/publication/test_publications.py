"""What everybody may read of answered cases: only with consent, in texts that name nobody, found without accents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from complaints.clock.states import Kind, Outcome
from complaints.duplicates.asked_before import most_alike
from complaints.models import Case, Publication
from complaints.operations.answer.actions import answer_case
from complaints.operations.publication.actions import publish_case, unpublish_case
from complaints.operations.settlement.actions import reopen_case
from complaints.publication.published import PUBLISH_FROM
from reporting.definitions import targets
from tests.complaints.cases import ADDRESS, CONTENT, NAME, PHONE, in_work
from tests.factories import City, make_user
from units.rules import RuleBroken

REPLY = "Vỉa hè đã được hoàn trả ngày hôm qua."
PUBLISHED = {"subject": "Vỉa hè bị đào", "content": "Vỉa hè bị đào hai tuần.", "answer": REPLY}


def answered(city: City, kind: Kind = Kind.PETITION, *, consents: bool = True) -> Case:
    case = in_work(city.ward, kind, at=timezone.now() - timedelta(days=1), consents=consents)
    at = timezone.now() - timedelta(minutes=5)
    return answer_case(case=case, answer=REPLY, outcome=Outcome.EXPLAINED, actor=None, at=at)


def test_a_published_case_is_found_without_accents_in_few_queries(
    city: City, client: Client, django_assert_max_num_queries
) -> None:
    case = answered(city)
    publish_case(case=case, actor=None, at=timezone.now(), **PUBLISHED)
    with django_assert_max_num_queries(6):
        page = client.get("/phan-anh/cong-khai/").content.decode()
    for words in (PUBLISHED["subject"], REPLY, city.ward.name):
        assert words in page
    for secret in (NAME, PHONE, ADDRESS, case.code, CONTENT):
        assert secret not in page
    assert PUBLISHED["subject"] in client.get("/phan-anh/cong-khai/?q=via he").content.decode()
    assert PUBLISHED["subject"] not in client.get("/phan-anh/cong-khai/?q=rac thai").content.decode()
    unpublish_case(case=case)
    assert PUBLISHED["subject"] not in client.get("/phan-anh/cong-khai/").content.decode()


@pytest.mark.parametrize(
    "text", [f"Chào {NAME.lower()}, đã sửa xong.", f"Xin gọi {PHONE} để biết.", "Viết a@b.vn nhé bạn"]
)
def test_texts_that_name_or_reach_somebody_are_not_published(city: City, text: str) -> None:
    case = answered(city)
    with pytest.raises(RuleBroken, match="Còn tên"):
        publish_case(case=case, actor=None, at=timezone.now(), **PUBLISHED | {"answer": text})
    assert not Publication.objects.exists()


def test_without_consent_nothing_is_published(city: City) -> None:
    with pytest.raises(RuleBroken):
        publish_case(case=answered(city, consents=False), actor=None, at=timezone.now(), **PUBLISHED)


def test_the_leader_publishes_from_the_page_of_the_case(city: City, client: Client) -> None:
    case = answered(city)
    client.force_login(make_user("leader", city.ward))
    address = f"/can-bo/phan-anh/{case.code}/viec/cong-khai/"
    assert REPLY in client.get(address).content.decode()
    assert client.post(address, PUBLISHED).status_code == 302
    case.refresh_from_db()
    assert case.published_at is not None


def test_answered_questions_are_offered_to_whoever_types_a_new_one(city: City, client: Client) -> None:
    publish_case(case=answered(city, Kind.QUESTION), actor=None, at=timezone.now(), **PUBLISHED)
    assert REPLY in client.get("/phan-anh/hoi-dap/").content.decode()
    assert REPLY in client.get("/phan-anh/hoi-dap/goi-y/", {"content": "via he"}).content.decode()
    assert REPLY in client.get("/phan-anh/hoi-dap/goi-y/", {"content": "via-he"}).content.decode()
    assert REPLY not in client.get("/phan-anh/hoi-dap/goi-y/", {"content": "x"}).content.decode()


ANSWERED = [
    "hoi ve giay to mang theo toi muon dang ky khai sinh cho chau thi nop o dau mang giay to gi",
    "hoi ve le phi sao y mot bo muoi trang thi het bao nhieu tien",
    "hoi ve gio lam viec phuong co lam sang thu bay khong",
]


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("Làm khai sinh cho cháu thì phải mang giấy tờ gì", [0]),
        ("cho hỏi sao y mười trang hết bao nhiêu ạ", [1]),
        ("thứ bảy phường có làm vi", [2]),
        ("khai s", [0]),
        ("khai", []),
        ("", []),
        ("Làm căn cước gắn chip ở quận khác có được không", []),
    ],
)
def test_a_whole_sentence_finds_the_question_with_most_of_its_rarer_words(typed: str, places: list[int]) -> None:
    assert most_alike(typed, ANSWERED, 3) == places


def test_a_question_asked_often_stands_there_once_with_its_latest_answer(city: City, client: Client) -> None:
    for ago, message in ((2, "Lệ phí là 8.000 đồng."), (1, "Lệ phí là 5.000 đồng.")):
        at = timezone.now() - timedelta(minutes=ago)
        publish_case(case=answered(city, Kind.QUESTION), actor=None, at=at, **(PUBLISHED | {"answer": message}))
    page = client.get("/phan-anh/hoi-dap/")
    assert [one.answer for one in page.context["page"]] == ["Lệ phí là 5.000 đồng."]


def test_an_office_is_named_with_as_many_cases_as_with_dossiers(city: City, client: Client) -> None:
    assert PUBLISH_FROM == targets.PUBLISH_FROM
    for _number in range(PUBLISH_FROM - 1):
        answered(city)
    assert "Các đơn vị giữ hẹn thế nào" not in client.get("/phan-anh/cong-khai/").content.decode()
    answered(city)
    cache.clear()  # ten minutes later
    page = client.get("/phan-anh/cong-khai/").content.decode()
    assert f"{PUBLISH_FROM} trong {PUBLISH_FROM} việc" in page


def test_the_front_page_says_how_much_of_what_was_due_today_was_answered(city: City, client: Client) -> None:
    answered(city)
    assert "Hôm nay đã trả lời 1 trong 1 việc đến hạn" in client.get("/").content.decode()


def test_an_answer_that_its_reporter_disputes_is_public_no_longer(city: City, client: Client) -> None:
    case = answered(city)
    publish_case(case=case, actor=None, at=timezone.now(), **PUBLISHED)
    reopen_case(case=case, why="Vỉa hè vẫn còn bị đào.", actor=None, at=timezone.now())
    assert PUBLISHED["subject"] not in client.get("/phan-anh/cong-khai/").content.decode()
    case.refresh_from_db()
    assert (case.published_at, Publication.objects.count()) == (None, 0)
