"""The reporter's own page of a case, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.citizens.row_secrets import give_secret
from complaints.clock.states import Kind, Outcome, Status
from complaints.models import Case, CaseRating, RatedCase
from complaints.operations.acceptance.actions import ask_supplement, refuse_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.tracking.rating import rate_case
from notices.models import Notice
from notices.sending.messages import message_of
from tests.complaints.cases import CONTENT, NAME, ground, in_work, make_inspector, received
from tests.factories import City
from tests.files.samples import photograph
from tests.secrets import secret_of, shows_secret
from units.rules import RuleBroken
from units.texts.wording import weekday_datetime

REPLY = "Vỉa hè đã được hoàn trả ngày hôm qua."
ASKED = "Xin cho biết số nhà gần nhất."


def opened(client: Client, case: Case) -> str:
    answer = client.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": secret_of(case).lower()}, follow=True)
    return answer.content.decode()


def answered(city: City, kind: Kind = Kind.PETITION) -> Case:
    case = in_work(city.ward, kind, at=timezone.now() - timedelta(days=1))
    at = timezone.now() - timedelta(minutes=5)
    return answer_case(case=case, answer=REPLY, outcome=Outcome.EXPLAINED, actor=None, at=at)


def test_an_opened_page_tells_the_answer_and_the_way_in_six_queries(
    city: City, client: Client, django_assert_max_num_queries
) -> None:
    case = answered(city)
    opened(client, case)
    with django_assert_max_num_queries(6):
        page = client.get(f"/phan-anh/{case.code}/").content.decode()
    for words in (REPLY, CONTENT, city.ward.name, "Vì sao là ngày này?", "Vấn đề đã được giải quyết chưa?"):
        assert words in page
    assert NAME not in page


def test_only_the_browser_that_knows_the_secret_sees_it(city: City, client: Client) -> None:
    case = answered(city)
    opened(client, case)
    assert REPLY in client.get(f"/phan-anh/{case.code}/").content.decode()
    assert REPLY not in Client().get(f"/phan-anh/{case.code}/").content.decode()


def test_the_sixth_try_within_a_minute_is_refused_even_with_the_right_secret(city: City, client: Client) -> None:
    case = answered(city)
    for _try in range(5):
        assert client.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": "XXXXXX"}).status_code == 422
    answer = client.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": secret_of(case)})
    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 60) == (429, True)


def test_the_right_secret_is_never_counted(city: City, client: Client) -> None:
    case = answered(city)
    for _try in range(9):
        assert client.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": secret_of(case)}).status_code == 302


def letter_of(case: Case, kind: str) -> str:
    notice = Notice.objects.get(subject=case.code, kind=kind)
    return message_of(notice, at=timezone.now(), before_handing_over=lambda: None).text


def link_in(letter: str) -> str:
    (address,) = re.findall(r"https?://[^/\s]+(/\S+/mo/\S+)", letter)
    return str(address)


def test_the_letter_of_a_report_opens_it_without_the_secret_which_it_does_not_hold(city: City, client: Client) -> None:
    case = received(city.ward)
    letter = letter_of(case, "case_received")
    assert not shows_secret(letter, case)
    page = client.get(link_in(letter), follow=True)
    assert page.redirect_chain == [(f"/phan-anh/{case.code}/", 302)]
    assert CONTENT in page.content.decode()


def test_the_link_of_a_letter_opens_no_other_case_and_none_whose_secret_changed_or_that_was_sealed(
    city: City, client: Client
) -> None:
    case, other = received(city.ward), received(city.ward)
    link = link_in(letter_of(case, "case_received"))
    assert client.get(link.replace(case.code, other.code)).status_code == 404
    assert client.get(link[:-3] + "xx/").status_code == 404
    give_secret(row=case)
    refused = client.get(link)
    assert refused.status_code == 404
    assert "Xin nhập mã tra cứu" in refused.content.decode()
    link = link_in(letter_of(other, "case_received"))
    sort_case(case=other, sorting=Sorting(Kind.DENUNCIATION), actor=make_inspector(city.district), at=timezone.now())
    assert client.get(link).status_code == 404


def test_the_letters_of_acceptance_and_of_more_time_say_until_when_the_answer_comes(city: City) -> None:
    case = in_work(city.ward, at=timezone.now() - timedelta(days=1))
    case.refresh_from_db()
    assert case.next_due_at
    text = f"Chậm nhất {weekday_datetime(case.next_due_at, 'vi')}, ông/bà được trả lời."
    assert text in letter_of(case, "case_accepted")


def test_a_code_of_the_inbox_leads_there_from_the_look_up(city: City, client: Client) -> None:
    case = answered(city)
    assert client.get("/tra-cuu/", {"ma": case.code.lower()}).url == f"/phan-anh/{case.code}/"
    assert client.get(f"/phan-anh/{case.code.lower()}/").url == f"/phan-anh/{case.code}/"


def test_a_case_is_rated_once_and_the_rating_knows_no_case(city: City, client: Client) -> None:
    case = answered(city)
    opened(client, case)
    assert client.post(f"/phan-anh/{case.code}/", {"doing": "danh-gia"}).status_code == 422
    asked = "Xin cho biết vấn đề đã được giải quyết chưa."
    assert asked in client.get(f"/phan-anh/{case.code}/").content.decode()
    rated = {"doing": "danh-gia", "danh-gia-score": "2"}
    assert client.post(f"/phan-anh/{case.code}/", rated).status_code == 302
    assert asked not in client.get(f"/phan-anh/{case.code}/").content.decode()
    assert "Ông/bà đã đánh giá" in client.get(f"/phan-anh/{case.code}/").content.decode()
    assert client.post(f"/phan-anh/{case.code}/", rated).status_code == 422
    rating = CaseRating.objects.get()
    assert (rating.score, rating.unit, rating.kind, rating.month.day) == (2, city.ward, "petition", 1)
    assert RatedCase.objects.get().case == case


def test_whoever_is_not_content_may_ask_again_in_time(city: City, client: Client) -> None:
    case = answered(city)
    opened(client, case)
    short = client.post(f"/phan-anh/{case.code}/", {"doing": "xem-lai", "xem-lai-words": "chưa"})
    assert short.status_code == 422
    words = "Hôm nay lại bị đào lên như cũ."
    assert client.post(f"/phan-anh/{case.code}/", {"doing": "xem-lai", "xem-lai-words": words}).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.SETTLING
    page = client.get(f"/phan-anh/{case.code}/").content.decode()
    assert words in page
    assert "Đang xem lại theo đề nghị của ông/bà." in page


@pytest.mark.parametrize("kind", [Kind.PETITION, Kind.DENUNCIATION])
def test_what_was_asked_for_can_be_added(city: City, client: Client, kind: Kind) -> None:
    make_inspector(city.district)
    at = timezone.now() - timedelta(hours=1)
    case = received(city.ward, kind, at=at, channel="counter")
    sort_case(case=case, sorting=Sorting(Kind(case.kind)), actor=None, at=at)
    ask_supplement(case=case, asked=ASKED, actor=None, at=at)
    page = opened(client, case)
    assert "Gửi bổ sung" in page
    assert (ASKED in page) is (kind is Kind.PETITION)
    form = {"doing": "bo-sung", "bo-sung-words": "Trước cửa số nhà 14."}
    assert client.post(f"/phan-anh/{case.code}/", form).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.SORTED


def test_nothing_can_be_said_to_a_case_that_was_not_opened(city: City, client: Client) -> None:
    case = answered(city)
    client.post(f"/phan-anh/{case.code}/", {"doing": "danh-gia", "danh-gia-score": "1"})
    assert not CaseRating.objects.exists()


def test_the_reporter_reads_on_which_ground_a_case_was_not_accepted(city: City, client: Client) -> None:
    case = sort_case(
        case=received(city.ward, at=timezone.now() - timedelta(days=1)),
        sorting=Sorting(Kind.PETITION),
        actor=None,
        at=timezone.now(),
    )
    because = ground(case, "not_accepted")
    refuse_case(case=case, ground=because, reason=ASKED, actor=None, at=timezone.now())
    page = opened(client, case)
    assert because.text in page
    assert ASKED in page


def test_nobody_is_asked_whether_praise_was_settled(city: City, client: Client) -> None:
    case = answered(city, Kind.PRAISE)
    page = opened(client, case)
    assert "đã được giải quyết chưa" not in page
    with pytest.raises(RuleBroken):
        rate_case(case=case, score=5, at=timezone.now())


def test_whoever_is_asked_for_more_of_a_secret_learns_where_to_ask_what(city: City, client: Client) -> None:
    make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="post", at=timezone.now() - timedelta(days=1))
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=timezone.now())
    ask_supplement(case=case, asked=ASKED, actor=None, at=timezone.now())
    page = opened(client, case)
    assert "xin gọi hoặc đến nơi tiếp công dân" in page
    assert ASKED not in page


def test_what_was_asked_for_comes_with_a_photograph_and_the_office_hears_of_it(
    city: City, client: Client, uploads
) -> None:
    case = sort_case(
        case=received(city.ward, at=timezone.now() - timedelta(days=1)),
        sorting=Sorting(Kind.PETITION),
        actor=None,
        at=timezone.now(),
    )
    ask_supplement(case=case, asked="Xin gửi ảnh chụp giấy hẹn.", actor=None, at=timezone.now())
    opened(client, case)
    form = {"doing": "bo-sung", "bo-sung-words": "Giấy hẹn ghi ngày 20/11."}
    bad = client.post(
        f"/phan-anh/{case.code}/", form | {"bo-sung-uploads": SimpleUploadedFile("a.jpg", b"PK\x03\x04")}
    )
    assert (bad.status_code, "Giấy hẹn ghi ngày 20/11." in bad.content.decode()) == (422, True)
    good = SimpleUploadedFile("giay-hen.jpg", photograph())
    assert client.post(f"/phan-anh/{case.code}/", form | {"bo-sung-uploads": good}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.files.count()) == (Status.SORTED, 1)
    assert Notice.objects.filter(subject=case.code, kind="case_words").exists()
    late = client.post(f"/phan-anh/{case.code}/", form)
    assert (late.status_code, "không còn chờ bổ sung" in late.content.decode()) == (422, True)
