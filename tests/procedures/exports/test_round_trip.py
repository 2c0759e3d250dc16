"""Whoever takes the whole catalogue by one of its ways out can make the same records of it again."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rdflib import DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from files.models import StoredFile
from procedures.exports.cpsv import SCALARS
from procedures.exports.open_record import PAPER, WAY, record_of
from procedures.models import FormFile, Offering, ProcedureVersion
from tests.procedures.conftest import TODAY
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

Record = dict[str, Any]
CPSV, CV = Namespace("http://purl.org/vocab/cpsv#"), Namespace("http://data.europa.eu/m8g/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")


@pytest.fixture(autouse=True)
def _unthrottled(settings: Any) -> None:
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def odd() -> None:
    """What the catalogue happens not to say."""
    odd = ProcedureVersion.objects.filter(procedure__ref="1.001193")
    odd.update(name='\'=Tên, "lạ"', conditions="Một\nhai; ba|bốn", term_note="- không", decision="12/QĐ-UBND")
    Offering.objects.filter(procedure__ref="1.001193", unit__slug__startswith="bach-").update(cut_off="10:30")
    odd.get().documents.filter(position=1).update(case="Có yếu tố nước ngoài", form_code="TP/HT-2015", form=_form())


def _form() -> FormFile:
    form_file = StoredFile(
        storage_name=f"aa/bb/{'c' * 32}", sha256="d" * 64, kind="docx", size=1, pages=1, name="x.docx"
    )
    form_file.uploaded_at = timezone.now()
    form_file.save()
    return FormFile.objects.create(file=form_file)


@pytest.fixture
def few() -> None:
    """Some of every field and kind: enough for the ways out that are slow to read."""
    refs = list(ProcedureVersion.objects.on_offer(TODAY).order_by("sort_key").values_list("procedure__ref", flat=True))
    Offering.objects.exclude(procedure__ref__in=[*refs[::9], "1.001193", "1.001612", "1.004873"]).delete()


@pytest.fixture
def records(request: pytest.FixtureRequest, odd: None) -> dict[str, Record]:
    versions = ProcedureVersion.objects.for_page(TODAY).on_offer(TODAY)
    found = {version.procedure.ref: record_of(version) for version in versions}
    assert [row["cut_off"] for row in found["1.001193"]["cut_offs"]] == ["10:30"] * 3
    assert len(found) == (346 if "few" not in request.fixturenames else 42)
    return found


def test_by_the_api(client: Client, few: None, records: dict[str, Record]) -> None:
    listed = []
    for page in (1, 2):
        listed += [
            row["code"] for row in client.get(f"/api/v1/procedures/?page_size=25&page={page}").json()["results"]
        ]
    by_api = {ref: _of_api(client.get(f"/api/v1/procedures/{ref}/").json()) for ref in listed}
    assert by_api == records


def test_by_the_table(client: Client, records: dict[str, Record]) -> None:
    kinds = {field["name"]: field["type"] for field in client.get("/thu-tuc/danh-muc.schema.json").json()["fields"]}
    table = list(csv.DictReader(StringIO(client.get("/thu-tuc/danh-muc.csv").content.decode(), newline="")))
    shown = [{name: _of_cell(text, kinds[name], name) for name, text in row.items()} for row in table]
    assert {row["ref"]: row for row in shown} == records
    in_json = client.get("/thu-tuc/danh-muc.json").json()
    split = [{name: _split(name, value) for name, value in row.items()} for row in in_json]
    assert {row["ref"]: row for row in split} == records


def test_by_linked_data(client: Client, few: None, records: dict[str, Record]) -> None:
    turtle = Graph().parse(data=client.get("/thu-tuc/danh-muc.ttl").content, format="turtle")
    jsonld = Graph().parse(data=client.get("/thu-tuc/danh-muc.jsonld").content, format="json-ld")
    assert isomorphic(turtle, jsonld)
    shown = [_of_service(turtle, service) for service in turtle.subjects(RDF.type, CPSV.PublicService)]
    # For whom it is has no order.
    wanted = {ref: row | {"audience": sorted(row["audience"])} for ref, row in records.items()}
    assert {row["ref"]: row for row in shown} == wanted


def _of_api(row: Record) -> Record:
    names = ("name", "name_en", "term_note", "fee_note", "online_level", "online_reason", "result", "conditions")
    same = ("level", "field", "national_code", "fee_vnd", "cut_off", "interlinked", "name_verified", "valid_from")
    return {
        **{name: row[name] or None for name in (*names, "field_en", "competent", "handling", "decision")},
        **{name: row[name] for name in (*same, "audience", "coordinating", "legal_basis", "steps")},
        "ref": row["code"],
        "term_amount": row["term"]["amount"],
        "term_unit": row["term"]["unit"] or None,
        "term_verified": row["term"]["verified"],
        "documents": [{name: paper[name] for name in PAPER} for paper in row["documents"]],
        "ways": row["ways"],
        "places": [place["slug"] for place in row["offered_at"]],
        "commitments": [
            {"place": place["slug"], "amount": place["committed_amount"], "unit": place["committed_unit"]}
            for place in row["offered_at"]
            if place["committed_amount"] is not None
        ],
        "cut_offs": [
            {"place": place["slug"], "cut_off": place["cut_off"]} for place in row["offered_at"] if place["cut_off"]
        ],
    }


def _of_cell(text: str, kind: str, name: str) -> Any:
    text = text.removeprefix("'")
    read: dict[str, Callable[[str], Any]] = {"integer": int, "boolean": json.loads, "array": json.loads}
    if not text:
        return [] if kind == "array" else _split(name, None)
    return read[kind](text) if kind in read else _split(name, text)


def _split(name: str, value: Any) -> Any:
    if name in ("audience", "places"):
        return value.split("|") if value else []
    return value


def _by_language(graph: Graph, node: Any, naming: URIRef) -> dict[str | None, str]:
    return {text.language: str(text) for text in graph.objects(node, naming) if isinstance(text, Literal)}


def _of_service(graph: Graph, service: Any) -> Record:
    col = Namespace(dict(graph.namespaces())["col"])

    def column(node: Any, name: str) -> Any:
        value = graph.value(node, col[name])
        return None if value is None else value.toPython()

    def in_order(kind: URIRef) -> list[Any]:
        return sorted(graph.objects(service, kind), key=lambda node: column(node, "position"))

    titles = _by_language(graph, service, DCTERMS.title)
    fields = _by_language(graph, graph.value(service, DCTERMS.subject), SKOS.prefLabel)
    shown = {name: column(service, name) for name in SCALARS if name != "audience"}

    def of_offices(kind: str, *names: str) -> list[Record]:
        rows = [{name: column(node, name) for name in names} for node in graph.objects(service, col[kind])]
        return sorted(rows, key=lambda row: order.index(row["place"]))

    offices = [str(office).split("/")[-2] for office in graph.objects(service, CV.hasCompetentAuthority)]
    order = [slug for slug in _in_the_order_of_the_tree() if slug in offices]
    return {
        **shown,
        "name": titles["vi"],
        "name_en": titles.get("en"),
        "field": fields["vi"],
        "field_en": fields.get("en"),
        "valid_from": str(graph.value(service, DCTERMS.valid)),
        "audience": sorted(str(one) for one in graph.objects(service, col.audience)),
        "places": order,
        "coordinating": [str(graph.value(node, DCTERMS.description)) for node in in_order(col.coordinating)],
        "steps": [str(graph.value(node, DCTERMS.description)) for node in in_order(col.steps)],
        "legal_basis": [str(graph.value(node, DCTERMS.title)) for node in in_order(CV.hasLegalResource)],
        "documents": [
            {"name": str(graph.value(node, DCTERMS.title))}
            | {name: column(node, name) for name in ("originals", "copies")}
            | {name: column(node, name) or "" for name in ("case", "form_code")}
            | {"form": str(graph.value(node, FOAF.page)) if graph.value(node, FOAF.page) else None}
            for node in in_order(CPSV.hasInput)
        ],
        "ways": sorted(
            (
                {name: column(node, name) if name == "fee_vnd" else column(node, name) or "" for name in WAY}
                for node in graph.objects(service, CV.hasChannel)
            ),
            key=lambda way: str(way["way"]),
        ),
        "commitments": of_offices("commitments", "place", "amount", "unit"),
        "cut_offs": of_offices("cut_offs", "place", "cut_off"),
    }


def _in_the_order_of_the_tree() -> list[str]:
    return list(Unit.objects.order_by("order", "name").values_list("slug", flat=True))
