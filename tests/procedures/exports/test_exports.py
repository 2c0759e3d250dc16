"""What machines are given says what the pages say."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from psycopg.types.range import DateRange
from pyshacl import validate
from pytest_django import DjangoDbBlocker
from rdflib import DCTERMS, RDF, Graph, Namespace
from rdflib.compare import isomorphic

from procedures.exports.freshness import last_modified
from procedures.models import CatalogueVersion, Channel, ProcedureVersion
from tests.procedures.conftest import TODAY
from units.clock.working_calendar import OFFICE_TIME
from units.database.change_time import set_change_time

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REF = "1.001193"
CPSV, CV = Namespace("http://purl.org/vocab/cpsv#"), Namespace("http://data.europa.eu/m8g/")
SHAPES = Path(__file__).with_name("cpsv_ap_shapes.ttl")


@pytest.fixture(autouse=True)
def _unthrottled(settings: Any) -> None:
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def _graph(client: Client, path: str, **headers: str) -> Graph:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    kind = answer["Content-Type"].partition(";")[0]
    return Graph().parse(data=answer.content, format={"text/turtle": "turtle"}.get(kind, "json-ld"))


@pytest.fixture(scope="module")
def dump(catalogue: str, django_db_blocker: DjangoDbBlocker) -> Graph:
    """The whole catalogue as linked data, which takes seconds to make and to read."""
    with django_db_blocker.unblock():
        return _graph(Client(), "/thu-tuc/danh-muc.ttl")


def test_the_whole_catalogue_has_what_the_profile_makes_mandatory(dump: Graph) -> None:
    services = set(dump.subjects(RDF.type, CPSV.PublicService))
    assert len(services) == ProcedureVersion.objects.on_offer(TODAY).count()
    conforms, _report, text = validate(dump, shacl_graph=str(SHAPES), shacl_graph_format="turtle")
    assert conforms, text


def test_a_service_without_its_authority_would_be_noticed(client: Client) -> None:
    graph = _graph(client, f"/thu-tuc/{REF}.ttl")
    graph.remove((None, DCTERMS.title, None))
    conforms, _report, _text = validate(graph, shacl_graph=str(SHAPES), shacl_graph_format="turtle")
    assert not conforms


def test_turtle_and_json_say_the_same(client: Client) -> None:
    assert isomorphic(_graph(client, f"/thu-tuc/{REF}.ttl"), _graph(client, f"/thu-tuc/{REF}.jsonld"))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("image/png", "application/problem+json"),
    ],
)
def test_the_address_of_a_procedure_answers_as_it_is_asked(client: Client, accept: str, kind: str) -> None:
    answer = client.get(f"/thu-tuc/{REF}/", headers={"accept": accept})
    assert answer.status_code == (406 if "problem" in kind else 200)
    assert answer["Content-Type"].startswith(kind)
    assert "Accept" in answer["Vary"]


def test_one_procedure_is_the_same_in_its_file_and_in_both_dumps(client: Client, dump: Graph) -> None:
    alone = set(_graph(client, f"/thu-tuc/{REF}/", accept="text/turtle"))
    assert alone <= set(_graph(client, "/thu-tuc/danh-muc.jsonld"))
    assert alone <= set(dump)


def test_an_edit_is_in_the_next_dump(client: Client) -> None:
    client.get("/thu-tuc/danh-muc.jsonld")
    ProcedureVersion.objects.filter(procedure__ref=REF).update(name="Tên mới")
    assert "Tên mới" in client.get("/thu-tuc/danh-muc.jsonld").content.decode()


def test_the_table_holds_to_its_schema(client: Client) -> None:
    schema = client.get("/thu-tuc/danh-muc.schema.json").json()
    table = list(csv.DictReader(StringIO(client.get("/thu-tuc/danh-muc.csv").content.decode())))
    named = [field["name"] for field in schema["fields"]]
    assert list(table[0]) == named
    assert len(table) == len({row[schema["primaryKey"]] for row in table}) == 346
    for field in schema["fields"]:
        values = [row[field["name"]] for row in table]
        if "constraints" in field:
            assert all(values), field
        if field["type"] == "integer":
            assert all(value.isdigit() for value in values if value), field


def test_the_table_is_the_same_in_json(client: Client) -> None:
    body = client.get("/thu-tuc/danh-muc.json").json()
    table = list(csv.DictReader(StringIO(client.get("/thu-tuc/danh-muc.csv").content.decode())))
    assert [{name: _as_cell(value) for name, value in row.items()} for row in body] == table


def _as_cell(value: Any) -> str:
    if isinstance(value, bool | list):
        return json.dumps(value, ensure_ascii=False) if value not in ([], None) else ""
    return "" if value is None else str(value)


def test_a_name_that_looks_like_a_formula_stays_text(client: Client) -> None:
    ProcedureVersion.objects.filter(procedure__ref=REF).update(name="=1+1")
    assert ",'=1+1," in client.get("/thu-tuc/danh-muc.csv").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/procedures/?search=khai",
        f"/api/v1/procedures/{REF}/",
        f"/thu-tuc/{REF}.jsonld",
        "/thu-tuc/danh-muc.csv",
        "/thu-tuc/danh-muc.json",
        "/thu-tuc/danh-muc.jsonld",
    ],
)
def test_whoever_has_the_answer_is_not_sent_it_again_and_any_site_may_read_it(client: Client, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert first["Access-Control-Allow-Origin"] == "*"
    dated = client.get(path, headers={"if-modified-since": first["Last-Modified"]})
    assert (dated.status_code, dated["ETag"]) == (304, first["ETag"])
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    set_change_time(timezone.now() + timedelta(seconds=2))  # whole seconds are told
    ProcedureVersion.objects.filter(procedure__ref=REF).update(name="Đăng ký khai sinh, tên mới")
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get(path, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200


def test_a_change_of_the_catalogue_says_when_it_was() -> None:
    ProcedureVersion.objects.update(result="x")
    before, at = CatalogueVersion.objects.get(), datetime(2031, 1, 1, tzinfo=UTC)
    set_change_time(at)
    Channel.objects.filter(version__procedure__ref=REF).update(term_text="trong ngày")
    after = CatalogueVersion.objects.get()
    assert after.number > before.number
    assert after.changed_at == at


def test_a_day_that_begins_is_newer_than_a_change_before_it() -> None:
    CatalogueVersion.objects.update(changed_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert last_modified(datetime(2026, 11, 23, 9, tzinfo=OFFICE_TIME)) == datetime(2026, 11, 23, tzinfo=OFFICE_TIME)


def test_a_browser_may_ask_first_what_another_site_may_send(client: Client) -> None:
    for path in ("/api/v1/procedures/", "/thu-tuc/danh-muc.csv"):
        answer = client.options(path, headers={"origin": "https://example.vn"})
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
        assert "If-None-Match" in answer["Access-Control-Allow-Headers"]


def test_the_api_says_that_it_has_nothing_of_the_kind(client: Client) -> None:
    answer = client.get("/api/v1/procedures/", headers={"accept": "application/xml"})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")
    assert answer.json()["status"] == 406


def test_whole_catalogues_are_given_so_often_and_then_not(client: Client, settings: Any) -> None:
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "dumps"}
    }
    allowed = [client.get("/thu-tuc/danh-muc.schema.json").status_code for _time in range(30)]
    assert set(allowed) == {200}
    answers = [client.get("/thu-tuc/danh-muc.csv") for _time in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert int(answers[-1]["Retry-After"]) > 0


def test_only_reading_is_allowed(client: Client) -> None:
    for path in ("/api/v1/procedures/", "/thu-tuc/danh-muc.csv"):
        assert client.post(path).status_code == 405


def test_what_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/thu-tuc/khong-co.ttl").status_code == 404
    assert client.get("/thu-tuc/khong-co/", headers={"accept": "text/turtle"}).status_code == 404


def test_the_map_names_every_procedure_in_both_languages(client: Client) -> None:
    index = BeautifulSoup(client.get("/sitemap.xml").content, "xml")
    assert [place.text for place in index.find_all("loc")] == [
        f"http://testserver/sitemap-{section}.xml" for section in ("procedures", "lists", "about")
    ]
    page = client.get("/sitemap-procedures.xml").content.decode()
    assert f"<loc>http://testserver/thu-tuc/{REF}/</loc>" in page
    assert f'hreflang="en" href="http://testserver/en/thu-tuc/{REF}/"' in page
    places = BeautifulSoup(client.get("/sitemap-lists.xml").content, "xml").find_all("loc")
    assert all(client.get(place.text).status_code == 200 for place in places[:12])
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("path", ["/thu-tuc/?q=khai+sinh&cap=ward", f"/thu-tuc/{REF}/", "/viec/sinh-con/", "/"])
def test_a_page_names_its_one_address_and_its_languages(client: Client, path: str) -> None:
    page = BeautifulSoup(client.get(f"/en{path}").content, "html.parser")
    plain = path.partition("?")[0]
    assert page.select_one("link[rel=canonical]")["href"] == f"http://testserver/en{plain}"
    named = {link["hreflang"]: link["href"] for link in page.select("link[rel=alternate][hreflang]")}
    assert named["vi"] == named["x-default"] == f"http://testserver{plain}"
    assert named["en"] == f"http://testserver/en{plain}"


def test_changes_can_be_followed_and_what_was_there_from_the_first_day_is_none(client: Client) -> None:
    path = "/thu-tuc/moi-doi.atom"
    assert not BeautifulSoup(client.get(path).content, "xml").find_all("entry")
    assert "Chưa có thủ tục nào đổi" in client.get("/thu-tuc/moi-doi/").content.decode()
    begun = ProcedureVersion.objects.filter(procedure__ref__in=[REF, "1.000894"])
    begun.update(valid=DateRange(date(2026, 3, 2), None))
    entries = BeautifulSoup(client.get(path).content, "xml").find_all("entry")
    assert len(entries) == 2
    assert all("/thay-doi/" in entry.find("link")["href"] for entry in entries)
    assert "Có hiệu lực từ 02/03/2026" in client.get("/thu-tuc/moi-doi/").content.decode()


def test_the_description_of_the_api_is_of_the_version_it_says(client: Client) -> None:
    assert json.loads(client.get("/api/v1/schema/?format=json").content)["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    "accepted", ["text/turtle;charset=utf-8", 'text/turtle; profile="a,b;c"', "application/xml, text/turtle;v=1;q=0.5"]
)
def test_a_charset_or_a_profile_beside_a_kind_changes_nothing(client: Client, accepted: str) -> None:
    answer = client.get(f"/thu-tuc/{REF}/", headers={"accept": accepted})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/turtle; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "accepted"), [("/thu-tuc/9.999999/", "text/turtle"), ("/thu-tuc/9.999999.ttl", "*/*")]
)
def test_a_program_is_told_of_a_missing_procedure_as_a_problem(client: Client, path: str, accepted: str) -> None:
    answer = client.get(path, headers={"accept": accepted})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["danh-muc.csv", "danh-muc.ttl", "danh-muc.schema.json", "moi-doi.atom"])
def test_what_is_only_read_refuses_other_methods_as_such(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/thu-tuc/{path}").status_code == 405


def test_the_feed_is_as_rfc_4287_asks_and_whoever_has_it_is_not_sent_it_again(client: Client) -> None:
    ProcedureVersion.objects.filter(procedure__ref=REF).update(valid=DateRange(date(2026, 3, 2), None))
    answer = client.get("/thu-tuc/moi-doi.atom")
    feed = BeautifulSoup(answer.content, "xml").feed
    assert feed.find("author", recursive=False).find("name").text == "Cổng một cửa"
    assert feed.entry.id.text == f"tag:motcua,2026:thu-tuc/{REF}/2026-03-02"
    assert answer["Access-Control-Allow-Origin"] == "*"
    for header, has in (("if-none-match", answer["ETag"]), ("if-modified-since", answer["Last-Modified"])):
        assert client.get("/thu-tuc/moi-doi.atom", headers={header: has}).status_code == 304


def test_addresses_that_linked_data_names_lead_somewhere_and_each_service_has_its_own_identifier(
    client: Client, dump: Graph
) -> None:
    services = list(dump.subjects(RDF.type, CPSV.PublicService))
    assert len({str(dump.value(one, DCTERMS.identifier)) for one in services}) == len(services)
    offices = {str(one) for one in dump.subjects(RDF.type, CV.PublicOrganisation) if "/don-vi/" in str(one)}
    assert len(offices) > 20
    for office in offices:
        path = office.partition("#")[0].removeprefix("http://").partition("/")[2]
        assert client.get(f"/{path}", follow=True).status_code == 200, office
    assert all(dump.value(area, RDF.type) for area in dump.objects(None, DCTERMS.spatial))


def test_whoever_looks_for_open_data_finds_the_catalogue_and_the_api(client: Client) -> None:
    page = BeautifulSoup(client.get("/so-lieu/du-lieu/").content, "html.parser")
    links = {link["href"] for link in page.select("section[aria-labelledby=procedures] a")}
    assert {"/thu-tuc/danh-muc.csv", "/thu-tuc/danh-muc.ttl", "/thu-tuc/moi-doi.atom", "/api/v1/docs/"} <= links
    for link in links:
        assert client.get(link).status_code == 200, link
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs/"
    described = client.get("/api/v1/schema/?format=json")
    assert described["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/schema/?format=json", headers={"if-none-match": described["ETag"]}).status_code == 304
