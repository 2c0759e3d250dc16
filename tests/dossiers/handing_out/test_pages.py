"""Handing out by scanning the receipt: found, checked, handed out, asked how it was; each without scripts."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, DossierReading
from dossiers.operations.finishing.actions import Receiver, Result, finish_dossier, return_result, start_work
from dossiers.operations.pauses.actions import ask_withdrawal, close_withdrawal
from dossiers.particulars.submission import SubmissionTerms
from dossiers.tracking.rating.actions import rate_dossier
from tests.factories import make_applicant, make_offering, make_procedure, make_user, register

pytestmark = pytest.mark.django_db
PAGE = "/can-bo/tra-ket-qua/"
HERSELF = {"receiver_name": "Nguyễn Thị Phượng", "method": "desk", "identity_checked": "on"}


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def new(city, **more):
    return register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now(), **more)


def ready(city, **more):
    dossier, at = new(city, **more), timezone.now()
    start_work(dossier=dossier, actor=None, at=at)
    result = Result("45/GCN", timezone.localdate(at))
    return finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, result=result, actor=None, at=at)


def text_of(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").main.get_text(" ").split())


def test_the_receipt_leads_to_one_page_with_everything_to_check(as_clerk, city, django_assert_max_num_queries):
    applicant = make_applicant(id_number="001187004521", address="Số 1 phố Thử")
    dossier = ready(
        city, applicant=applicant, terms=SubmissionTerms(fee_vnd=100_000, fee_status="later", delivery="post")
    )
    found = as_clerk.post(PAGE, {"ma": f"https://motcua.example/tra-cuu/{dossier.code.lower()}/"})
    assert found.url == f"{PAGE}{dossier.code}/"
    with django_assert_max_num_queries(26):
        page = as_clerk.get(found.url)
    text, main = text_of(page), BeautifulSoup(page.content, "html.parser").main
    shown = ["Nguyễn Thị Phượng", "001187004521", "45/GCN", "100.000", "Số 1 phố Thử", "Tờ khai (1)", "Qua bưu chính"]
    assert [words for words in shown if words not in text] == []
    assert main.find(autofocus=True)["name"] == "identity_checked"
    assert main.find("input", {"name": "fee_collected"})
    assert DossierReading.objects.filter(dossier=dossier, page="tra-ket-qua").count() == 1


def test_what_is_missing_is_shown_beside_the_field_and_nothing_typed_is_lost(as_clerk, city):
    dossier = ready(city)
    typed = HERSELF | {
        "receiver_name": "Trần Văn Long",
        "proxy_paper": "Giấy ủy quyền 12",
        "originals": "Sổ đỏ, 1 bản",
    }
    page = as_clerk.post(f"{PAGE}{dossier.code}/", typed)
    assert page.status_code == 422
    main = BeautifulSoup(page.content, "html.parser").main
    assert "số giấy tờ của người ấy" in main.select_one("#id_receiver_id_error").get_text()
    assert [main.find("input", {"name": name})["value"] for name in ("receiver_name", "proxy_paper")] == [
        "Trần Văn Long",
        "Giấy ủy quyền 12",
    ]
    assert "Sổ đỏ, 1 bản" in main.find("textarea", {"name": "originals"}).get_text()
    assert Dossier.objects.get(pk=dossier.pk).state is Status.DONE


def test_handed_out_it_says_to_whom_by_role_asks_for_a_rating_once_and_waits_for_the_next(as_clerk, city):
    dossier = ready(city)
    done = as_clerk.post(f"{PAGE}{dossier.code}/", HERSELF, follow=True)
    assert Dossier.objects.get(pk=dossier.pk).state is Status.RETURNED
    assert f"Đã trả hồ sơ {dossier.code}." in done.content.decode()
    text, main = text_of(done), BeautifulSoup(done.content, "html.parser").main
    assert "Đã trả lúc" in text
    assert "Người nộp hồ sơ" in text
    assert "Nguyễn Thị Phượng" not in text
    assert main.select_one(".qr[role=img] svg path")
    assert main.find("a", href=True, string=lambda words: words and words.endswith(f"/danh-gia/{dossier.code}/"))
    assert main.find(autofocus=True)["name"] == "ma"
    rate_dossier(dossier=Dossier.objects.get(pk=dossier.pk), score=5, reasons=[], words="", at=timezone.now())
    assert (
        "danh-gia" not in BeautifulSoup(as_clerk.get(done.request["PATH_INFO"]).content, "html.parser").main.decode()
    )


def test_a_foreigner_is_checked_by_the_passport(as_clerk, city):
    applicant = make_applicant(kind="foreigner", name="John Smith", id_number="C1234567", nationality="Anh")
    page = as_clerk.get(f"{PAGE}{ready(city, applicant=applicant).code}/")
    assert "Số hộ chiếu C1234567" in text_of(page)


@pytest.mark.parametrize(
    ("change", "role"),
    [
        ({"name": "Trần Văn Long", "proxy_paper": "Giấy ủy quyền", "id_number": "001090123456"}, "Người nhận thay"),
        ({"method": "post", "post_number": "EA123456789VN"}, "Qua bưu chính"),
    ],
)
def test_what_was_handed_out_already_says_to_whom_by_role(as_clerk, city, change, role):
    dossier = ready(city)
    receiver = Receiver(**({"name": "Nguyễn Thị Phượng", "method": "desk", "identity_checked": True} | change))
    return_result(dossier=dossier, receiver=receiver, actor=None, at=timezone.now())
    text = text_of(as_clerk.get(f"{PAGE}{dossier.code}/"))
    assert role in text
    assert "Trần Văn Long" not in text
    late = as_clerk.post(f"{PAGE}{dossier.code}/", HERSELF, follow=True)
    assert "Việc này không làm được nữa" in late.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).events.filter(kind="returned").count() == 1


def test_what_is_not_ready_says_where_it_is_and_when_it_is_due(as_clerk, city):
    dossier = new(city)
    page = as_clerk.get(f"{PAGE}{dossier.code}/")
    text = text_of(page)
    assert "Chưa trả được" in text
    assert f"Đang ở {dossier.holder.name}." in text
    assert "Hẹn trả" in text
    assert BeautifulSoup(page.content, "html.parser").main.find(autofocus=True)["name"] == "ma"
    late = as_clerk.post(f"{PAGE}{dossier.code}/", HERSELF, follow=True)
    assert "Việc này không làm được nữa" in late.content.decode()


def test_papers_of_a_withdrawn_dossier_go_back_the_same_way(as_clerk, city):
    dossier, at = new(city), timezone.now()
    ask_withdrawal(dossier=dossier, reason="Không còn nhu cầu làm nữa", actor=None, at=at)
    close_withdrawal(dossier=dossier, consequences="Chưa thu phí.", papers_back="Tờ khai", actor=None, at=at)
    assert "Trả giấy tờ" in text_of(as_clerk.get(f"{PAGE}{dossier.code}/"))
    assert as_clerk.post(f"{PAGE}{dossier.code}/", HERSELF).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state is Status.RETURNED


def test_a_page_that_lay_open_is_not_acted_on(as_clerk, city):
    dossier = ready(city)
    page = as_clerk.post(f"{PAGE}{dossier.code}/", HERSELF | {"seen": "1"})
    assert page.status_code == 409
    assert "Hồ sơ vừa có thay đổi" in text_of(page)
    assert Dossier.objects.get(pk=dossier.pk).state is Status.DONE


def test_another_desk_gets_the_words_of_what_does_not_exist(city):
    dossier, client = ready(city), Client()
    client.force_login(make_user("clerk", city.other_desk))
    pages = [client.post(PAGE, {"ma": text}) for text in (dossier.code, "T0.00-260302-0001", "")]
    assert [page.status_code for page in pages] == [404] * 3
    assert (
        len({BeautifulSoup(page.content, "html.parser").select_one("[role=alert]").get_text() for page in pages}) == 1
    )
    assert dossier.code in pages[0].content.decode()
    assert client.get(f"{PAGE}{dossier.code}/").status_code == 404
    specialist = Client()
    specialist.force_login(make_user("specialist", city.ward))
    assert specialist.get(PAGE).status_code == 404
    assert 'href="/can-bo/tra-ket-qua/"' not in specialist.get("/can-bo/hang-doi/").content.decode()
