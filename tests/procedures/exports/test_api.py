from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from procedures.models import Procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


PROBLEM = {"type", "title", "status"}


@pytest.fixture(autouse=True)
def _unthrottled(settings: Any) -> None:
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def _get(client: Client, address: str, **params: object) -> tuple[int, Any]:
    response = client.get(f"/api/v1/{address}?{urlencode(params)}")
    return response.status_code, response.json()


def test_the_list_has_what_is_on_offer_page_by_page(client: Client) -> None:
    seen = []
    url = "/api/v1/procedures/?page_size=100"
    while url:
        page = client.get(url).json()
        assert page["count"] == 346
        assert len(page["results"]) <= 100
        seen += [row["code"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 346


@pytest.mark.parametrize(("level", "count"), [("district", 204), ("ward", 142)])
def test_a_level_narrows_the_list(client: Client, level: str, count: int) -> None:
    status, page = _get(client, "procedures/", level=level)
    assert (status, page["count"]) == (200, count)
    assert {row["level"] for row in page["results"]} == {level}


def test_a_field_is_named_by_slug_or_by_name(client: Client) -> None:
    by_slug, by_name = _get(client, "procedures/", field="ho-tich"), _get(client, "procedures/", field="Hộ tịch")
    assert by_slug[1]["results"] == by_name[1]["results"]
    assert {row["field"] for row in by_slug[1]["results"]} == {"Hộ tịch"}


def test_searching_the_api_is_searching_the_page(client: Client) -> None:
    _status, page = _get(client, "procedures/", search="khia sinhh", level="ward")
    assert page["results"][0]["name"] == "Đăng ký khai sinh"
    assert page["results"][0]["code"] == page["results"][0]["national_code"] == "1.001193"


def test_a_page_holds_up_to_a_hundred(client: Client) -> None:
    assert len(_get(client, "procedures/", page_size=100)[1]["results"]) == 100


def test_an_unverified_national_code_is_never_answered(client: Client) -> None:
    unverified = set(
        Procedure.objects.filter(code_verified=False).exclude(national_code="").values_list("national_code", flat=True)
    )
    assert unverified
    for number in range(1, 5):
        for row in _get(client, "procedures/", page_size=100, page=number)[1]["results"]:
            assert row["national_code"] is None or row["code_verified"]
            assert row["code"] not in unverified


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"level": "nowhere"}, "level"),
        ({"field": "nothing"}, "field"),
        ({"page": "x"}, "page"),
        ({"page": 0}, "page"),
        ({"page_size": 0}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"page_size": 101}, "page_size"),
        ({"search": "a" * 300}, "search"),
    ],
)
def test_a_bad_parameter_of_the_list_is_named(client: Client, params: dict[str, object], field: str) -> None:
    status, answer = _get(client, "procedures/", **params)
    assert (status, answer.keys() - PROBLEM) == (400, {field})


def test_a_page_of_the_list_costs_three_queries_whatever_its_size(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/api/v1/procedures/?search=khai")
    for size in (1, 100):
        with django_assert_num_queries(3):  # is the index fresh, the rows, when the catalogue changed
            client.get(f"/api/v1/procedures/?search=khai&page_size={size}")


def test_the_schema_names_every_parameter_of_the_list(client: Client) -> None:
    schema = client.get("/api/v1/schema/?format=json").json()
    parameters = schema["paths"]["/api/v1/procedures/"]["get"]["parameters"]
    assert {each["name"] for each in parameters} == {"search", "level", "field", "page", "page_size"}


def test_a_page_after_the_last_is_not_found(client: Client) -> None:
    assert _get(client, "procedures/", page=999)[0] == 404


def test_one_procedure_says_everything(client: Client) -> None:
    status, answer = _get(client, "procedures/1.004873/")
    assert status == 200
    assert len(answer["offered_at"]) == 20
    assert answer["documents"][0]["position"] == 1
    assert answer["steps"]
    assert _get(client, "procedures/no-such/")[0] == 404


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-03-02T09:10:00+07:00", 5, "2026-03-09T17:00:00+07:00"),
        ("2026-02-13T16:45:00+07:00", 5, "2026-02-27T17:00:00+07:00"),
        ("2026-01-08T09:00:00+07:00", 3, "2026-01-12T17:00:00+07:00"),
        ("2026-08-27T09:00:00+07:00", 5, "2026-09-08T17:00:00+07:00"),
        ("2026-11-23T09:00:00+07:00", 2, "2026-11-26T17:00:00+07:00"),
        ("2026-03-02T02:10:00Z", 5, "2026-03-09T17:00:00+07:00"),
        ("2026-03-02T09:10", 5, "2026-03-09T17:00:00+07:00"),
    ],
)
def test_working_days_are_counted_by_the_calendar(client: Client, received: str, days: int, due: str) -> None:
    status, answer = _get(client, "due-date/", received_at=received, term=days, term_unit="working_day")
    assert status == 200
    assert answer["due_at"] == answer["statutory_due_at"] == due
    assert len(answer["counted"]) == days
    assert answer["rule"] == "working_days"


def test_every_skipped_day_has_its_reason_and_source(client: Client) -> None:
    _status, answer = _get(
        client, "due-date/", received_at="2026-02-13T09:00:00+07:00", term=5, term_unit="working_day"
    )
    assert [day["date"] for day in answer["skipped"]] == [f"2026-02-{day}" for day in range(14, 23)]
    assert all(day["reason"] and day["source"] for day in answer["skipped"])


def test_a_plus_that_came_as_a_blank_is_mended(client: Client) -> None:
    raw = "/api/v1/due-date/?received_at=2026-03-02T09:10:00+07:00&term=5&term_unit=working_day"
    assert client.get(raw).json()["due_at"] == "2026-03-09T17:00:00+07:00"


def test_calendar_days_and_months_roll_to_a_working_day(client: Client) -> None:
    received = "2026-01-20T09:00:00+07:00"
    _status, answer = _get(client, "due-date/", received_at=received, term=30, term_unit="day")
    assert (answer["due_at"], answer["rule"]) == ("2026-02-23T17:00:00+07:00", "calendar_days_rolled")
    _status, answer = _get(client, "due-date/", received_at=received, term=1, term_unit="month")
    assert answer["due_at"] == "2026-02-23T17:00:00+07:00"


def test_an_office_promises_its_own_term_beside_the_law(client: Client) -> None:
    received = "2026-03-02T09:00:00+07:00"
    params = {"received_at": received, "procedure": "1.001612"}
    _status, own = _get(client, "due-date/", **params, unit="hai-ba-trung")
    assert (own["due_at"], own["statutory_due_at"]) == ("2026-03-02T17:00:00+07:00", "2026-03-05T17:00:00+07:00")
    _status, law = _get(client, "due-date/", **params)
    assert law["due_at"] == law["statutory_due_at"] == "2026-03-05T17:00:00+07:00"


@pytest.mark.parametrize(
    ("hour", "due"), [("15:00:00", "2026-03-06"), ("15:00:01", "2026-03-09"), ("16:45:00", "2026-03-09")]
)
def test_a_same_day_procedure_moves_after_its_cut_off_hour(client: Client, hour: str, due: str) -> None:
    _status, answer = _get(
        client, "due-date/", received_at=f"2026-03-06T{hour}+07:00", procedure="2.000815-ward", unit="bach-mai"
    )
    assert answer["due_at"] == f"{due}T17:00:00+07:00"


def test_a_term_in_words_has_no_date_and_says_the_words(client: Client) -> None:
    ref = Procedure.objects.filter(versions__term_amount=None).values_list("ref", flat=True)[0]
    status, answer = _get(client, "due-date/", received_at="2026-03-06T09:00:00+07:00", procedure=ref)
    assert (status, answer["due_at"], answer["rule"]) == (200, None, None)
    assert answer["note"]


def test_a_year_not_yet_announced_is_said(client: Client) -> None:
    _status, answer = _get(client, "due-date/", received_at="2026-12-28T09:00:00+07:00", term=10, term_unit="day")
    assert any("2027" in warning for warning in answer["warnings"])


GOOD = {"received_at": "2026-03-02T09:00:00+07:00", "term": 5, "term_unit": "working_day"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"received_at": None}, "received_at"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "2026-02-30T09:00:00+07:00"}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+07:00"}, "received_at"),
        ({"received_at": "9999-12-31T23:59:59-07:00"}, "received_at"),
        ({"term": None}, "term"),
        ({"term": -1}, "term"),
        ({"term": 3651}, "term"),
        ({"term": "five"}, "term"),
        ({"term": 121, "term_unit": "month"}, "term"),
        ({"term_unit": None}, "term_unit"),
        ({"term_unit": "moon"}, "term_unit"),
        ({"procedure": "1.001612"}, "term"),
        ({"term": None, "term_unit": None}, "procedure"),
        ({"term": None, "procedure": "no-such"}, "procedure"),
        ({"term": None, "procedure": "1.001612", "unit": "bach-mai"}, "unit"),
        ({"unit": "bach-mai"}, "procedure"),
    ],
)
def test_a_bad_parameter_of_the_due_date_is_named(client: Client, change: dict[str, object], field: str) -> None:
    params = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    status, answer = _get(client, "due-date/", **params)
    assert status == 400
    assert field in answer


@pytest.mark.parametrize("unit", ["working_day", "working_hour", "day"])
def test_the_longest_term_is_answered(client: Client, unit: str) -> None:
    status, answer = _get(client, "due-date/", **{**GOOD, "term": 3650, "term_unit": unit})
    assert status == 200
    assert answer["due_at"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("procedures/?page=x", 400), ("procedures/no-such/", 404), ("procedures/?page=999", 404), ("due-date/", 400)],
)
def test_what_goes_wrong_is_told_as_a_problem(client: Client, path: str, status: int) -> None:
    answer = client.get(f"/api/v1/{path}")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert body["status"] == status
    assert body.keys() >= PROBLEM
    assert answer["Access-Control-Allow-Origin"] == "*"
