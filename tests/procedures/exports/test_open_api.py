"""Versions, offerings, offices and the calendar for machines: what is public, and nothing else."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import brotli
import pytest
from django.core.cache import cache
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.http import urlencode

from procedures.editing.actions.drafts import begin_draft, begin_offices, save_content
from procedures.exports.api import examples
from procedures.http.compression import compressed_if_public
from procedures.models import Channel, Offering, Procedure, ProcedureVersion
from tests.factories import make_user, make_version
from units.database.change_time import set_change_time
from units.models import CalendarDay, Unit, UnitIdentifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REF, OFFICE, DESK = "1.001612", "hai-ba-trung", "mot-cua-hai-ba-trung"
SECRET = "Chỉ mới dự thảo"
LAST_YEAR = max(2027, timezone.localdate().year)
"""The last one that the calendar knows; beyond what is shipped, tests/databases.py adds years."""
SPAN = {"since": "2026-02-13", "until": "2026-02-16"}


@pytest.fixture(autouse=True)
def _unthrottled(settings: Any, request: pytest.FixtureRequest) -> None:
    if "throttled" not in request.fixturenames:
        settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def throttled(settings: Any) -> None:
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "open-api"}
    }
    cache.clear()


@pytest.fixture
def renewed() -> tuple[date, date]:
    """The procedure got a new version ten days ago and another follows in ten days; the two days."""
    today, procedure = timezone.localdate(), Procedure.objects.get(ref=REF)
    begun, coming = today - timedelta(days=10), today + timedelta(days=10)
    first = procedure.versions.get()
    procedure.versions.update(valid=DateRange(first.valid.lower, begun))
    same: dict[str, Any] = {"term_amount": first.term_amount, "term_unit": first.term_unit}
    make_version(procedure, name="Tên đang dùng", valid=DateRange(begun, coming), decision="12/QĐ-UBND", **same)
    make_version(procedure, name=SECRET, valid=DateRange(coming, None), **same)
    return begun, coming


def _get(client: Client, address: str, **params: object) -> tuple[int, Any]:
    response = client.get(f"/api/v1/{address}?{urlencode(params)}")
    return response.status_code, response.json()


def _results(client: Client, address: str, **params: object) -> list[Any]:
    status, page = _get(client, address, **params)
    assert status == 200
    results: list[Any] = page["results"]
    return results


# Versions


def test_every_version_that_took_effect_is_shown_with_its_first_and_last_day(
    client: Client, renewed: tuple[date, date]
) -> None:
    begun, coming = renewed
    now, before = _results(client, f"procedures/{REF}/versions/")
    assert (now["name"], now["decision"], now["valid_from"]) == ("Tên đang dùng", "12/QĐ-UBND", begun.isoformat())
    assert now["valid_to"] == (coming - timedelta(days=1)).isoformat()
    assert before["valid_to"] == (begun - timedelta(days=1)).isoformat()
    day, changes = begun.isoformat(), now["changes"].removeprefix("http://testserver")
    assert (now["address"], changes) == (
        f"http://testserver/api/v1/procedures/{REF}/versions/{day}/",
        f"/thu-tuc/{REF}/thay-doi/#{day}",
    )
    assert f'id="{day}"' in client.get(changes).content.decode()


def test_a_version_is_found_by_a_day_on_which_it_held_and_told_whole(
    client: Client, renewed: tuple[date, date]
) -> None:
    (before,) = _results(client, f"procedures/{REF}/versions/", on=(renewed[0] - timedelta(days=1)).isoformat())
    status, whole = _get(client, f"procedures/{REF}/versions/{before['valid_from']}/")
    assert (status, whole["valid_to"], whole["changes"]) == (200, before["valid_to"], before["changes"])
    assert whole["name"] == before["name"] != "Tên đang dùng"
    assert whole["documents"]
    assert whole["steps"]


def test_what_is_drafted_or_published_for_a_day_to_come_is_told_nowhere(
    client: Client, renewed: tuple[date, date]
) -> None:
    procedure, at, author = Procedure.objects.get(ref=REF), timezone.now(), make_user("editor", _unit(OFFICE))
    other = Procedure.objects.exclude(ref=REF).filter(level__code="district", offerings__isnull=False)[0]
    for drafted in (procedure, other):
        draft = begin_draft(procedure=drafted, author=author, at=at)
        save_content(
            draft=draft,
            content=draft.content | {"name": SECRET, "result": SECRET},
            edition=draft.edition,
            actor=author,
            at=timezone.now(),
        )
    third = Procedure.objects.exclude(pk__in=[procedure.pk, other.pk]).filter(offerings__unit__slug=OFFICE)[0]
    offices = begin_offices(procedure=third, author=author, at=at)
    offers = [row | {"cut_off": "10:47"} for row in offices.content["offers"]]
    save_content(draft=offices, content={"offers": offers}, edition=offices.edition, actor=author, at=timezone.now())
    for ref in (REF, other.ref, third.ref):
        shown = [
            client.get(f"/api/v1/{address}").content.decode()
            for address in (f"procedures/{ref}/", f"procedures/{ref}/versions/", f"offerings/{ref}/{OFFICE}/")
        ]
        assert not [answer for answer in shown if SECRET in answer or "10:47" in answer]
    coming = renewed[1].isoformat()
    assert _get(client, f"procedures/{REF}/versions/{coming}/")[0] == 404
    assert _results(client, f"procedures/{REF}/versions/", on=coming) == []


def test_a_procedure_whose_first_version_is_to_come_is_not_there(client: Client) -> None:
    known = Procedure.objects.get(ref=REF)
    coming = Procedure.objects.create(ref="SAP-CO-1", level=known.level, field=known.field)
    make_version(coming, valid=DateRange(timezone.localdate() + timedelta(days=5), None))
    assert [_get(client, f"procedures/{ref}/versions/")[0] for ref in ("SAP-CO-1", "no-such")] == [404, 404]


# Offerings


def test_every_procedure_at_every_office_is_told_once(client: Client) -> None:
    seen, url = [], "/api/v1/offerings/?page_size=100&level=district"
    while url:
        page = client.get(url).json()
        seen += [(row["procedure"]["code"], row["unit"]["slug"]) for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == page["count"] == 204
    assert _get(client, "offerings/")[1]["count"] == Offering.objects.in_force(timezone.localdate()).count()


def test_an_offering_says_what_is_promised_and_charged_at_which_desk(client: Client) -> None:
    Channel.objects.filter(version__procedure__ref=REF, way="online").update(fee_vnd=50_000)
    (listed,) = _results(client, "offerings/", procedure=REF, unit=OFFICE)
    status, data = _get(client, f"offerings/{REF}/{OFFICE}/")
    assert (status, data) == (200, listed)
    assert [desk["slug"] for desk in data["desks"]] == [DESK]
    assert (data["committed_term"]["unit"], data["statutory_term"]["amount"]) == ("same_day", 3)
    assert {way["way"]: way["fee_vnd"] for way in data["ways"]} == {"desk": None, "online": 50_000, "post": None}


def test_an_office_with_an_hour_of_its_own_is_shown_by_it(client: Client) -> None:
    usual = _get(client, f"offerings/{REF}/{OFFICE}/")[1]
    Offering.objects.filter(procedure__ref=REF).update(cut_off="11:00")
    own = _get(client, f"offerings/{REF}/{OFFICE}/")[1]
    assert [(one["cut_off"], one["cut_off_is_own"]) for one in (usual, own)] == [("15:00", False), ("11:00", True)]
    due = {"procedure": REF, "unit": OFFICE, "received_at": "2026-03-02T11:00:01+07:00"}
    assert _get(client, "due-date/", **due)[1]["due_at"] == "2026-03-03T17:00:00+07:00"


def test_an_hour_is_described_as_it_is_told(client: Client) -> None:
    shapes = client.get("/api/v1/schema/?format=json").json()["components"]["schemas"]
    fields = [shape.get("properties", {}) for shape in shapes.values()]
    described = [one["cut_off"] for one in fields if "cut_off" in one]
    assert len(described) >= 3
    assert not [hour for hour in described if "format" in hour]
    assert all(re.fullmatch(hour["pattern"], "15:00") for hour in described)


def test_an_offering_that_ended_is_not_there(client: Client) -> None:
    Offering.objects.filter(procedure__ref=REF).update(valid=DateRange(date(2020, 1, 1), timezone.localdate()))
    assert _get(client, f"offerings/{REF}/{OFFICE}/")[0] == 404


# Offices


PUBLIC = {
    *("slug", "name", "short_name", "level", "level_name", "parent", "codes", "address", "telephone"),
    *("hours_text", "hours", "desks", "valid_from", "valid_to"),
}


def _unit(slug: str) -> Unit:
    return Unit.objects.get(slug=slug)


def test_an_office_is_told_without_persons(client: Client) -> None:
    Unit.objects.filter(slug=OFFICE).update(email="nguoi@example.vn")
    officer = make_user("handler", _unit(OFFICE), full_name="Trần Văn Cán Bộ")
    status, data = _get(client, f"units/{OFFICE}/")
    assert (status, set(data)) == (200, PUBLIC)
    assert (data["parent"]["slug"], data["codes"]) == ("ha-noi", [{"scheme": "gso", "value": "007"}])
    answer = client.get("/api/v1/units/?page_size=100").content.decode()
    assert "nguoi@example.vn" not in answer
    assert officer.full_name not in answer


def test_hours_open_to_the_public_and_hours_that_count_are_distinguished(client: Client) -> None:
    week = {day["weekday"]: day for day in _get(client, f"units/{DESK}/")[1]["hours"]}
    assert week[6] == {"weekday": 6, "public": [{"opens": "08:00", "closes": "12:00"}], "counts": []}
    assert week[1]["public"] == week[1]["counts"]
    assert 7 not in week


def test_offices_are_narrowed_by_level_and_by_what_they_belong_to(client: Client) -> None:
    wards = _results(client, "units/", level="ward", parent=OFFICE, page_size=100)
    assert len(wards) == Unit.objects.filter(kind__code="ward", parent__slug=OFFICE).count() == 20
    assert {ward["level"] for ward in wards} == {"ward"}
    assert all(len(ward["desks"]) == 1 for ward in wards)


def test_an_office_that_ended_is_not_there(client: Client) -> None:
    Unit.objects.filter(slug="bach-mai").update(valid_to=timezone.localdate() - timedelta(days=1))
    assert _get(client, "units/bach-mai/")[0] == 404
    assert "bach-mai" not in {row["slug"] for row in _results(client, "units/", level="ward")}


# The calendar


def test_a_holiday_names_its_decree_and_a_worked_saturday_its_hours(client: Client) -> None:
    status, body = _get(client, "calendar/", since="2026-01-01", until="2026-01-11")
    days = {day["date"][-2:]: day for day in body["days"]}
    assert (status, len(days), body["working_days"], body["incomplete_years"]) == (200, 11, 6, [])
    assert [days[day]["kind"] for day in ("01", "02", "03", "05", "10")] == [
        *("holiday", "swapped", "weekend", "ordinary", "worked"),
    ]
    assert days["10"]["source"] == days["02"]["source"] == "Công văn số 12729/VPCP-KGVX"
    assert all(days[day]["source"] for day in ("01", "03"))
    assert days["10"]["sessions"] == days["05"]["sessions"]
    assert days["01"]["sessions"] == []


def test_an_earlier_calendar_says_what_it_said(client: Client) -> None:
    before = _get(client, "calendar/", **SPAN)[1]
    CalendarDay.objects.create(day=date(2026, 2, 13), kind="holiday", reason="Nghỉ", source="Quyết định 1")
    after = _get(client, "calendar/", **SPAN)[1]
    assert (before["working_days"], after["working_days"]) == (1, 0)
    assert _get(client, "calendar/", **SPAN, version=before["version"])[1] == before
    newest = _results(client, "calendar/versions/")[0]
    assert newest["version"] == after["version"] > before["version"]


def test_a_year_that_is_not_announced_in_full_is_said(client: Client) -> None:
    assert _get(client, "calendar/", since="2026-12-30", until="2027-01-02")[1]["incomplete_years"] == [2027]


# Refusals


@pytest.mark.parametrize(
    ("address", "params", "field"),
    [
        ("calendar/", {}, "since"),
        ("calendar/", {"since": "2026-01-02", "until": "2026-01-01"}, "until"),
        ("calendar/", {"since": "2026-01-01", "until": "2027-01-02"}, "until"),
        ("calendar/", {"since": "2010-12-31", "until": "2011-01-01"}, "since"),
        ("calendar/", {"since": f"{LAST_YEAR}-12-31", "until": f"{LAST_YEAR + 1}-01-01"}, "until"),
        ("calendar/", {"since": "2026-02-30", "until": "2026-03-01"}, "since"),
        ("calendar/", {"since": "0001-01-01", "until": "9999-12-31"}, "until"),
        ("calendar/", SPAN | {"unit": "no-such"}, "unit"),
        ("calendar/", SPAN | {"version": 2**62}, "version"),
        ("calendar/", SPAN | {"version": 0}, "version"),
        ("calendar/", SPAN | {"version": 2**63}, "version"),
        ("calendar/versions/", {"page": "x"}, "page"),
        ("units/", {"level": "no-such"}, "level"),
        ("units/", {"parent": "no-such"}, "parent"),
        ("offerings/", {"procedure": "no-such"}, "procedure"),
        ("offerings/", {"unit": "no-such"}, "unit"),
        ("offerings/", {"field": "no-such"}, "field"),
        ("offerings/", {"page_size": 101}, "page_size"),
        (f"procedures/{REF}/versions/", {"on": "yesterday"}, "on"),
    ],
)
def test_a_bad_parameter_is_refused_in_a_sentence_of_its_own(
    client: Client, address: str, params: dict[str, object], field: str
) -> None:
    answer = client.get(f"/api/v1/{address}?{urlencode(params)}")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert body["title"]
    assert isinstance(body[field][0], str)


def test_a_whole_leap_year_may_be_asked_for_and_no_day_more(client: Client) -> None:
    assert len(_get(client, "calendar/", since="2024-01-01", until="2024-12-31")[1]["days"]) == 366
    assert "366" in _get(client, "calendar/", since="2024-01-01", until="2025-01-01")[1]["until"][0]


# What all have in common


ADDRESSES = {
    f"procedures/{REF}/versions/": lambda: ProcedureVersion.objects.filter(procedure__ref=REF).update(name="Khác"),
    f"offerings/?procedure={REF}": lambda: Unit.objects.filter(slug=DESK).update(telephone="024 1111 1111"),
    f"offerings/{REF}/{OFFICE}/": lambda: Offering.objects.filter(procedure__ref=REF).update(cut_off="11:00"),
    "units/?level=district": lambda: UnitIdentifier.objects.filter(unit__slug=OFFICE).update(value="999"),
    f"units/{DESK}/": lambda: Unit.objects.get(slug=DESK).opening_hours.filter(counts=False).delete(),
    f"calendar/?{urlencode(SPAN)}": lambda: CalendarDay.objects.filter(day="2026-02-16").update(reason="Khác"),
    "calendar/versions/": lambda: CalendarDay.objects.filter(day="2026-02-16").update(reason="Khác"),
}


@pytest.mark.parametrize(("address", "change"), ADDRESSES.items(), ids=ADDRESSES)
def test_whoever_has_an_answer_is_sent_it_again_only_when_it_changed(
    client: Client, address: str, change: Callable[[], Any]
) -> None:
    path = f"/api/v1/{address}"
    first = client.get(path)
    had = {"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}
    assert (first.status_code, first["Access-Control-Allow-Origin"]) == (200, "*")
    assert [client.get(path, headers=headers).status_code for headers in had] == [304, 304]
    assert client.options(path).status_code == 204
    assert client.post(path).status_code == 405
    set_change_time(timezone.now() + timedelta(seconds=2))  # whole seconds are told
    change()
    assert [client.get(path, headers=headers).status_code for headers in had] == [200, 200]


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        (f"procedures/{REF}/versions/?on=2026-01-01", 3),  # count, rows, when the catalogue changed
        (f"procedures/{REF}/versions/2020-01-01/", 3),
        (f"offerings/?unit={OFFICE}", 5),  # is the index fresh, count, offerings, versions, when
        (f"units/?parent={OFFICE}&level=ward", 6),  # two filters, count, rows, is the calendar fresh, when
        (f"calendar/?since=2025-01-01&until=2025-12-31&unit={DESK}", 3),  # office, is the calendar fresh, when
        ("calendar/versions/?", 3),
    ],
)
def test_an_answer_costs_the_same_few_queries_whatever_its_size(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    join = "&" if "?" in address else "?"
    client.get(f"/api/v1/{address}")
    for size in (1, 100):
        with django_assert_num_queries(queries):
            assert client.get(f"/api/v1/{address}{join}page_size={size}").status_code == 200


@pytest.mark.parametrize(
    ("address", "example"),
    [
        (f"procedures/?search={REF}", examples.PROCEDURE),
        (f"procedures/{REF}/", examples.PROCEDURE_WHOLE),
        (f"procedures/{REF}/versions/", examples.VERSION),
        (f"procedures/{REF}/versions/2020-01-01/", examples.VERSION_WHOLE),
        (f"offerings/{REF}/{OFFICE}/", examples.OFFERING),
        (f"units/{OFFICE}/", examples.UNIT),
        ("calendar/?since=2026-02-13&until=2026-02-14", examples.CALENDAR),
        ("calendar/versions/", examples.CALENDAR_VERSION),
        ("due-date/?received_at=2026-03-06T16:45:00&term=1&term_unit=working_day", examples.DUE_DATE),
    ],
)
def test_the_description_shows_an_example_that_looks_like_an_answer(
    client: Client, address: str, example: Any
) -> None:
    data = client.get(f"/api/v1/{address}").json()
    assert _shape(example.value) == _shape(data["results"][0] if "results" in data else data)


def _shape(body: Any) -> Any:
    """Names and what is under them, to the first item of a list."""
    if isinstance(body, dict):
        return {name: _shape(inner) for name, inner in body.items()}
    return _shape(body[0]) if isinstance(body, list) and body and isinstance(body[0], dict) else None


@pytest.mark.usefixtures("throttled")
def test_too_many_questions_a_minute_are_refused_for_a_while(client: Client) -> None:
    answers = [client.get("/api/v1/calendar/versions/?page_size=1") for _time in range(121)]
    assert [answer.status_code for answer in answers] == [200] * 120 + [429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert int(answers[-1]["Retry-After"]) > 0


# Brotli


@pytest.mark.parametrize("path", [f"/api/v1/units/{OFFICE}/", f"/thu-tuc/{REF}/", "/thu-tuc/danh-muc.json"])
def test_what_is_public_is_packed_by_brotli_for_whoever_takes_it(client: Client, path: str) -> None:
    def asked(encoding: str) -> Any:
        return client.get(path, headers={"accept-encoding": encoding})

    plain, smaller = client.get(path), asked("gzip, deflate, br")
    assert (smaller["Content-Encoding"], brotli.decompress(smaller.content)) == ("br", plain.content)
    assert len(smaller.content) < len(asked("gzip").content)
    assert "Accept-Encoding" in smaller["Vary"]
    assert int(smaller.get("Content-Length", len(smaller.content))) == len(smaller.content)
    headers = {"accept-encoding": "br", "if-none-match": smaller["ETag"]}
    assert client.get(path, headers=headers).status_code == 304
    assert [asked(encoding)["Content-Encoding"] for encoding in ("br;q=0, gzip", "gzip;q=0.5, brr")] == ["gzip"] * 2


def test_a_page_of_one_reader_is_never_packed_by_brotli(client: Client) -> None:
    """It adds no random bytes, so the length would tell of the secrets in it."""
    client.force_login(make_user("editor", _unit(OFFICE)))
    for path in (*PAGES, f"/thu-tuc/{REF}/", "/can-bo/thu-tuc/", "/can-bo/dang-nhap/", "/tra-cuu/"):
        answer = client.get(path, headers={"accept-encoding": "br, gzip"}, follow=True)
        assert answer["Content-Encoding"] == "gzip"


def test_a_page_with_the_token_of_a_form_is_never_packed_by_brotli(client: Client) -> None:
    request, shown = RequestFactory().get("/", headers={"accept-encoding": "br"}), "x" * 300
    with_token = compressed_if_public(lambda request: HttpResponse(get_token(request) + shown))(request)
    assert "Content-Encoding" not in with_token
    request = RequestFactory().get("/", headers={"accept-encoding": "br"})
    assert compressed_if_public(lambda request: HttpResponse(shown))(request)["Content-Encoding"] == "br"


PAGES = ("/", "/thu-tuc/", "/don-vi/", f"/don-vi/{DESK}/", "/so-lieu/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_for_everybody_that_are_not_kept_are_packed_too(client: Client, path: str) -> None:
    assert client.get(path, headers={"accept-encoding": "gzip, br"})["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    "path",
    [
        "procedures/1.001193/",
        "procedures/1.001193/versions/2020-01-01/",
        "offerings/1.001193/bach-mai/",
        "units/bach-mai/",
        "calendar/?since=2026-01-01&until=2026-01-11",
        "due-date/?received_at=2026-03-06T16:45&term=1&term_unit=working_day",
    ],
)
def test_the_head_of_an_answer_can_be_asked_for_alone(client: Client, path: str) -> None:
    answer = client.head(f"/api/v1/{path}")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "0001-01-01", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_edge_of_time_is_refused(client: Client, moment: str) -> None:
    answer = client.get("/api/v1/due-date/", {"received_at": moment, "term": 5, "term_unit": "working_day"})
    assert answer.status_code == 400
    assert "received_at" in answer.json()


def test_refusals_are_shown_in_the_readers_language_and_name_no_table(client: Client) -> None:
    def refused(path: str, language: str) -> dict[str, Any]:
        answer = client.get(f"/api/v1/{path}", headers={"accept-language": language})
        assert "Accept-Language" in answer["Vary"]
        assert answer["Content-Language"] == language
        body: dict[str, Any] = answer.json()
        return body

    wrong = "due-date/?received_at=1999-01-01&term=5&term_unit=working_day"
    assert refused(wrong, "en")["received_at"] == ["Dates can be worked out only from 2011 to 2099."]
    assert refused(wrong, "vi")["received_at"] == ["Chỉ tính được từ năm 2011 đến năm 2099."]
    assert "ProcedureVersion" not in refused("procedures/9.9/", "en")["detail"]


def test_the_description_tells_the_bounds_of_pages_and_that_there_may_be_no_such_page(client: Client) -> None:
    body = client.get("/api/v1/schema/?format=json").json()["paths"]
    for path in ("procedures", "offerings", "units", "calendar/versions"):
        listed = body[f"/api/v1/{path}/"]["get"]
        bounds = {one["name"]: one["schema"] for one in listed["parameters"]}
        assert (bounds["page"]["minimum"], bounds["page_size"]["maximum"]) == (1, 100)
        assert "404" in listed["responses"]
