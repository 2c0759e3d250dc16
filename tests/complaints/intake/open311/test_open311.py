"""Open311 GeoReport v2: every call in both formats, and nothing that is nobody's business."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.clock.states import Kind, Outcome
from complaints.intake.partners.actions import make_api_key
from complaints.models import ApiKey, Case, CaseText, Category, Reporter, Scope
from complaints.models.labels import Channel
from complaints.operations.acceptance.actions import accept_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.publication.actions import publish_case
from complaints.operations.settlement.actions import start_settling
from notices.models import Notice
from tests.complaints.cases import AT, CONTENT, NAME, make_inspector, received
from tests.complaints.intake.mailbox.post_office import DENOUNCES
from tests.factories import City, hanoi

pytestmark = pytest.mark.django_db
ROOT = "/open311/v2"
LAMP = {
    "service_code": "den-duong",
    "lat": "21.008913",
    "long": "105.857441",
    "description": "Đèn đường trước số 12 hỏng ba tuần.",
    "first_name": "Hà",
    "last_name": "Lê Thu",
    "email": "thuha@example.test",
}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def key(city: City) -> str:
    return make_api_key(
        partner="app", name="Ứng dụng", channel=Channel.OPEN311, scopes=[Scope.OPEN311], ends_at=None, at=AT
    )


def asked(path: str, **query: str) -> tuple[int, Any]:
    answer = Client().get(f"{ROOT}/{path}", query)
    return answer.status_code, json.loads(answer.content) if path.endswith("json") else ElementTree.fromstring(
        answer.content
    )


def posted(key: str, **fields: str) -> tuple[int, Any]:
    answer = Client().post(f"{ROOT}/requests.json", {"api_key": key} | LAMP | fields)
    return answer.status_code, json.loads(answer.content)


def lamp(city: City, **fields: Any) -> Case:
    """A report that the office has taken on."""
    category = Category.objects.get(code=fields.pop("code", "den-duong"))
    case = received(city.ward, Kind.FIELD_REPORT, category=category, **fields)
    sort_case(case=case, sorting=Sorting(Kind.FIELD_REPORT, category), actor=None, at=case.received_at)
    return accept_case(case=case, actor=None, at=case.received_at)


def listed(**query: str) -> list[str]:
    status, body = asked("requests.json", **{"start_date": "2026-06-01T00:00:00+07:00"} | query)
    assert status == 200
    return [one["service_request_id"] for one in body]


def test_discovery_says_where_and_in_which_formats(city) -> None:
    status, body = asked("discovery.json")
    [endpoint] = body["endpoints"]
    assert (status, endpoint["specification"]) == (200, "http://wiki.open311.org/GeoReport_v2")
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    _status, root = asked("discovery.xml")
    assert (root.tag, [one.text for one in root.iter("format")]) == ("discovery", endpoint["formats"])
    assert Client().get("/open311/discovery.json").status_code == 200


def test_services_are_the_public_categories_of_reports_alone(city) -> None:
    _status, body = asked("services.json")
    codes = {one["service_code"] for one in body}
    assert codes == set(Category.objects.filter(kind="field_report", is_public=True).values_list("code", flat=True))
    assert not codes & {"quyet-dinh-hanh-chinh", "vi-pham", "hoi-thu-tuc", "khen"}
    one = next(one for one in body if one["service_code"] == "den-duong")
    assert one == {
        "service_code": "den-duong",
        "service_name": "Đèn đường hỏng",
        "description": "Đèn đường hỏng",
        "metadata": True,
        "type": "batch",
        "keywords": "đèn,chiếu sáng,tối",
        "group": "Đường phố, hạ tầng",
    }
    _status, root = asked("services.xml")
    assert root.tag == "services"
    assert {service.findtext("service_code") for service in root.findall("service")} == codes
    assert root.findtext("service/metadata") == "true"


def test_the_definition_of_a_service_asks_for_consent(city) -> None:
    _status, body = asked("services/den-duong.json")
    [attribute] = body["attributes"]
    assert (body["service_code"], attribute["code"], attribute["datatype"]) == (
        "den-duong",
        "consent",
        "singlevaluelist",
    )
    _status, root = asked("services/den-duong.xml")
    assert root.tag == "service_definition"
    assert [value.findtext("key") for value in root.iter("value")] == ["yes", "no"]
    assert asked("services/vi-pham.json")[0] == 404


def test_a_report_is_posted_gets_a_token_and_its_id_once_the_office_has_decided(city, key) -> None:
    status, [body] = posted(key)
    case = Case.objects.get()
    assert (status, case.channel, case.kind, case.unit) == (201, "open311", Kind.FIELD_REPORT, city.district)
    assert (Reporter.objects.get().name, str(case.latitude)) == ("Lê Thu Hà", "21.00891")
    assert Notice.objects.get().email == "thuha@example.test"
    assert f"/phan-anh/{case.code}/mo/" in Notice.objects.get().context["track_url"]
    token = body["token"]
    waiting = [{"service_request_id": "", "token": token}]
    assert asked(f"tokens/{token}.json") == (200, waiting)
    assert asked(f"requests/{case.code}.json")[0] == 404
    sorting = Sorting(Kind.FIELD_REPORT, case.category)
    sort_case(case=case, sorting=sorting, actor=None, at=case.received_at)
    assert asked(f"tokens/{token}.json") == (200, waiting)
    accept_case(case=case, actor=None, at=case.received_at)
    assert asked(f"tokens/{token}.json") == (200, [{"service_request_id": case.code, "token": token}])
    status, root = asked(f"requests/{case.code}.xml")
    assert (status, root.tag, root.findtext("request/status")) == (200, "service_requests", "open")


def test_a_denunciation_posted_as_a_report_looks_like_any_other_and_never_gets_an_id(city, key) -> None:
    make_inspector(city.district)
    plain, secret = posted(key), posted(key, description=DENOUNCES)
    assert (plain[0], set(plain[1][0]), plain[1][0]["service_notice"]) == (
        secret[0],
        set(secret[1][0]),
        secret[1][0]["service_notice"],
    )
    case = Case.objects.get(is_sealed=True)
    token = secret[1][0]["token"]
    assert asked(f"tokens/{token}.json") == (200, [{"service_request_id": "", "token": token}])
    assert asked(f"requests/{case.code}.json") == asked("requests/PA.H99-260101-000001.json")
    assert not CaseText.objects.filter(case=case).exists()
    assert case.latitude is None


def test_what_was_sent_twice_is_one_report(city, key) -> None:
    assert posted(key) == posted(key)
    assert Case.objects.count() == 1
    assert posted(key, description="Đèn đường trước số 14 cũng hỏng rồi.")[0] == 201
    assert Case.objects.count() == 2


def test_nobody_is_named_and_only_what_was_published_is_quoted(city) -> None:
    case = lamp(city, consents=True, place=f"Nhà bà {NAME}, 0987654399", latitude="21.00891", longitude="105.85744")
    _status, [report] = asked(f"requests/{case.code}.json")
    assert set(report) == {
        *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
        *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
        *("address", "address_id", "zipcode", "lat", "long", "media_url"),
    }
    assert (report["description"], report["lat"], report["long"]) == ("Đèn đường hỏng", 21.009, 105.857)
    assert report["requested_datetime"] == "2026-07-06T09:00:00+07:00"
    assert not any(word in json.dumps(report, ensure_ascii=False) for word in (NAME, CONTENT, "0987654399"))
    start_settling(case=case, actor=None, at=AT)
    answer_case(case=case, outcome=Outcome.EXPLAINED, answer="Đã thay bóng đèn mới.", actor=None, at=AT)
    _status, [report] = asked(f"requests/{case.code}.json")
    assert (report["status"], report["status_notes"], report["description"]) == (
        "closed",
        "Đã giải đáp",
        "Đèn đường hỏng",
    )
    case.refresh_from_db()
    publish_case(
        case=case,
        subject="Đèn hỏng",
        content="Đèn phố Vân Hồ hỏng.",
        answer="Đã thay bóng đèn mới.",
        actor=None,
        at=AT,
    )
    _status, [report] = asked(f"requests/{case.code}.json")
    assert (report["description"], report["status_notes"]) == ("Đèn phố Vân Hồ hỏng.", "Đã thay bóng đèn mới.")


def test_the_list_is_filtered_and_paged(city) -> None:
    first, second = lamp(city), lamp(city, code="rac-thai", at=AT + timedelta(days=1))
    hidden = [received(city.ward, kind) for kind in (Kind.FIELD_REPORT, Kind.GRIEVANCE, Kind.QUESTION, Kind.PETITION)]
    assert listed() == [second.code, first.code]
    assert listed(service_code="rac-thai") == [second.code]
    assert listed(end_date="2026-07-06T23:00:00+07:00") == [first.code]
    assert listed(status="open") == [second.code, first.code]
    assert listed(status="closed") == []
    assert listed(page="2", page_size="1") == [first.code]
    assert listed(service_request_id=f"{first.code},{hidden[0].code},{hidden[1].code}") == [first.code]


def test_the_list_costs_one_query_however_long_it_is(city) -> None:
    for _one in range(3):
        lamp(city)
    with CaptureQueriesContext(connection) as made:
        assert len(listed()) == 3
    assert len(made) == 1


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("requests", {"start_date": "2026-07-01T00:00:00"}, 400),
        ("requests", {"start_date": "hôm qua"}, 400),
        ("requests", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-07-01T00:00:00Z"}, 400),
        ("requests", {"status": "unknown"}, 400),
        ("requests", {"page": "0"}, 400),
        ("requests", {"jurisdiction_id": "another.example"}, 404),
        ("requests/none", {}, 404),
        ("services/none", {}, 404),
        ("tokens/none", {}, 404),
        ("tokens/00000000-0000-0000-0000-000000000000", {}, 404),
    ],
)
def test_what_is_wrong_is_shown_in_the_form_of_the_specification(city, path, query, status) -> None:
    answered, [error] = asked(f"{path}.json", **query)
    assert (answered, error["code"], bool(error["description"])) == (status, status, True)
    answered, root = asked(f"{path}.xml", **query)
    assert (answered, root.tag, root.findtext("error/code")) == (status, "errors", str(status))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "vi-pham"}, 404),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "một"}, 400),
        ({"email": "không"}, 400),
        ({"description": "x" * 4001}, 400),
        ({"description": "!!!"}, 400),
        ({"jurisdiction_id": "another.example"}, 404),
        ({"api_key": ""}, 403),
        ({"api_key": "wrong"}, 403),
    ],
)
def test_a_report_that_cannot_be_taken_is_refused_in_that_form(city, key, fields, status) -> None:
    answered, errors = posted(key, **fields)
    assert (answered, {one["code"] for one in errors}) == (status, {status})
    assert not Case.objects.exists()


def test_a_key_in_the_address_is_refused(city, key) -> None:
    answer = Client().post(f"{ROOT}/requests.json?api_key={key}", LAMP)
    assert answer.status_code == 403
    assert "địa chỉ" in json.loads(answer.content)[0]["description"]
    assert not Case.objects.exists()


def test_jurisdiction_method_format_and_limit(city, settings) -> None:
    assert asked("services.json", jurisdiction_id=settings.OPEN311_JURISDICTION)[0] == 200
    assert Client().post(f"{ROOT}/services.json").status_code == 405
    assert ElementTree.fromstring(Client().get(f"{ROOT}/services.yaml").content).tag == "errors"
    client = Client(REMOTE_ADDR="203.0.113.9")
    answers = [client.get(f"{ROOT}/services.json") for _one in range(121)]
    assert (answers[-2].status_code, answers[-1].status_code) == (200, 429)
    assert int(answers[-1]["Retry-After"]) > 0
    assert json.loads(answers[-1].content)[0]["code"] == 429


def test_a_key_is_made_kept_as_a_digest_and_ended(city, capsys) -> None:
    call_command("make_api_key", "app", "--name=Ứng dụng", "--channel=open311", "--scope=open311")
    made = capsys.readouterr().out.strip()
    assert made.isalnum()
    assert made not in str(ApiKey.objects.values())
    assert posted(made)[0] == 201
    call_command("list_api_keys")
    assert made[:8] in capsys.readouterr().out
    call_command("end_api_key", made[:8])
    assert posted(made)[0] == 403
    with pytest.raises(CommandError):
        call_command("end_api_key", made[:8])


def test_a_key_of_the_partner_api_opens_no_report(city) -> None:
    key = make_api_key(
        partner="t", name="T", channel=Channel.HOTLINE, scopes=[Scope.CREATE], ends_at=hanoi(2030, 1, 1), at=AT
    )
    assert posted(key)[0] == 403


def test_the_database_refuses_a_key_that_opens_what_nobody_knows(city, key) -> None:
    for scopes in ([], ["everything"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.update(scopes=scopes)
