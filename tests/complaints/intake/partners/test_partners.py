"""Other systems send cases: each once, seen by themselves alone, and a denunciation is nobody's business."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from complaints.clock.states import Kind, Outcome
from complaints.intake.partners.actions import make_api_key
from complaints.models import Case, CaseText, PartnerCase, Reporter, Scope
from complaints.models.labels import Channel
from complaints.operations.acceptance.actions import accept_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import start_settling
from notices.models import Notice
from tests.complaints.cases import AT, make_inspector
from tests.complaints.intake.mailbox.post_office import DENOUNCES
from tests.complaints.sealed.test_sealed import whole_database
from tests.factories import City

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/partner/cases/"
CALL = {
    "reference": "1022-000123",
    "service": "tre-ho-so",
    "content": "Hồ sơ khai sinh hẹn thứ Hai, đến nay chưa có kết quả.",
    "reporter": {"name": "Lê Thu Hà", "phone": "0912345678", "email": "thuha@example.test"},
}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def made_key(partner: str, *scopes: Scope, channel: Channel = Channel.HOTLINE) -> str:
    given = scopes or (Scope.CREATE, Scope.READ)
    return make_api_key(
        partner=partner, name=f"Tổng đài {partner}", channel=channel, scopes=given, ends_at=None, at=AT
    )


@pytest.fixture
def key(city: City) -> str:
    return made_key("1022")


def create(key: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    head = {"Authorization": f"Bearer {key}"} if key else {}
    answer = Client().post(ADDRESS, CALL | fields, content_type="application/json", headers=head)
    return answer.status_code, answer.json()


def ask(key: str, reference: str = CALL["reference"]) -> tuple[int, dict[str, Any]]:
    answer = Client().get(f"{ADDRESS}{reference}/", headers={"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.json()


def answered(case: Case) -> None:
    at = timezone.now()
    sort_case(case=case, sorting=Sorting(Kind(case.kind)), actor=None, at=at)
    accept_case(case=case, actor=None, at=at)
    start_settling(case=case, actor=None, at=at)
    answer_case(case=case, outcome=Outcome.EXPLAINED, answer="Kết quả đã có ngày hôm nay.", actor=None, at=at)


def test_a_case_is_handed_on_once_and_says_where_it_came_from(city, key) -> None:
    status, body = create(key)
    case = Case.objects.get()
    assert (status, body["code"], body["status"], body["due_at"]) == (201, case.code, "received", None)
    assert (case.channel, case.kind, case.category.code) == ("hotline", Kind.PETITION, "tre-ho-so")
    assert Reporter.objects.get().name == "Lê Thu Hà"
    assert "Tổng đài 1022 chuyển đến" in CaseText.objects.get(sort="note").text
    assert create(key) == (200, body)
    assert Case.objects.count() == 1


def test_the_same_number_with_other_content_is_a_conflict(city, key) -> None:
    create(key)
    status, body = create(key, content="Hồ sơ kết hôn cũng chưa có kết quả gì.")
    assert (status, list(body)) == (409, ["detail"])
    assert Case.objects.count() == 1


def test_how_it_stands_and_the_answer_once_there_is_one(city, key) -> None:
    create(key)
    answered(Case.objects.get())
    status, body = ask(key)
    assert (status, body["status"], body["answer"]) == (200, "answered", "Kết quả đã có ngày hôm nay.")
    assert body["answered_at"].endswith("+07:00")


def test_a_partner_sees_its_own_cases_alone(city, key) -> None:
    create(key)
    other = made_key("ihanoi", channel=Channel.PARTNER)
    assert ask(other)[0] == ask(key, "1022-000999")[0] == 404
    assert create(other)[0] == 201
    assert Case.objects.count() == 2


def test_a_key_opens_what_its_scopes_say(city, key) -> None:
    create(key)
    reads = made_key("1022", Scope.READ)
    assert (ask(reads)[0], create(reads)[0], create("")[0], create("wrong")[0]) == (200, 403, 401, 401)
    assert list(create("")[1]) == ["detail"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reference": "có dấu cách"}, "reference"),
        ({"service": "khong-co"}, "service"),
        ({"content": "ngắn"}, "content"),
        ({"content": "\0" * 40}, "content"),
        ({"reporter": {"email": "không"}}, "reporter"),
        ({"latitude": "21.0"}, "longitude"),
        ({"received_at": "2999-01-01T00:00:00+07:00"}, "received_at"),
    ],
)
def test_a_field_that_is_wrong_is_named(city, key, fields, name) -> None:
    status, body = create(key, **fields)
    assert (status, list(body)) == (400, [name])


def test_a_denunciation_is_sealed_and_answered_like_everything_else(city, key) -> None:
    make_inspector(city.district)
    plain = create(key)
    secret = create(key, reference="1022-000124", content=DENOUNCES)
    changing = {"reference", "code", "received_at"}
    assert (plain[0], {name: plain[1][name] for name in plain[1] if name not in changing}) == (
        secret[0],
        {name: secret[1][name] for name in secret[1] if name not in changing},
    )
    case = Case.objects.get(is_sealed=True)
    assert case.kind == Kind.DENUNCIATION_INFO
    stored = whole_database()
    assert [one for one in ("1022-000124", "địa chính") if one in stored] == []
    assert create(key, reference="1022-000124", content=DENOUNCES) == (200, secret[1])
    assert ask(key, "1022-000124") == (200, secret[1])
    assert Notice.objects.exclude(subject=plain[1]["code"]).count() == 0


def test_a_grievance_stays_between_the_office_and_the_person(city, key) -> None:
    create(key, service="quyet-dinh-hanh-chinh")
    case = Case.objects.get()
    assert case.kind == Kind.GRIEVANCE
    before = ask(key)
    at = timezone.now()
    sort_case(case=case, sorting=Sorting(Kind.GRIEVANCE), actor=None, at=at)
    accept_case(case=case, actor=None, at=at)
    assert ask(key) == before


def test_without_an_inspector_it_is_only_said_to_come_again(city, key) -> None:
    status, body = create(key, content=DENOUNCES)
    assert (status, body) == (503, {"detail": "Chưa nhận được lúc này. Xin gửi lại sau."})
    assert not PartnerCase.objects.exists()


def test_the_database_refuses_a_number_twice(city, key) -> None:
    create(key)
    create(key, reference="1022-2")
    first, second = PartnerCase.objects.order_by("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerCase.objects.filter(pk=second.pk).update(reference=first.reference)


def test_a_place_as_exact_as_a_telephone_tells_it_is_taken_to_a_metre(city, key) -> None:
    status, _body = create(key, latitude=21.0285112345, longitude=105.8541999)
    assert status == 201
    case = Case.objects.get()
    assert (str(case.latitude), str(case.longitude)) == ("21.02851", "105.85420")
