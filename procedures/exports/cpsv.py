"""Procedures as linked data: the vocabulary of public services CPSV-AP 3.2 as JSON-LD, and as Turtle through it.

The context is in the document, so nothing has to be fetched to read it. Addresses with a fragment name the things
themselves; those without are the pages about them.

What the vocabulary has no word for (terms in working days, copies of a paper, promises of offices) is given by the
columns of the table: `col:term_unit` is the column of that name in its Table Schema. So nothing of a record is lost.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from rdflib import Graph

from procedures.exports.open_record import WAY, Record, record_of
from procedures.models import Channel, Field, Offering, ProcedureVersion
from procedures.versions.parts import places_of
from units.clock.due_dates import TermUnit

Node = dict[str, Any]

LANGUAGE: Final = "vi"
SCALARS: Final = (
    *("ref", "national_code", "level", "term_amount", "term_unit", "term_note", "cut_off", "fee_vnd", "fee_note"),
    *("online_level", "online_reason", "conditions", "competent", "handling", "interlinked", "name_verified"),
    *("term_verified", "decision", "result", "audience"),
)
CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "col": f"{settings.PORTAL_URL}/thu-tuc/danh-muc.schema.json#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
VND: Final = "http://publications.europa.eu/resource/authority/currency/VND"
VIETNAMESE: Final = "http://publications.europa.eu/resource/authority/language/VIE"
AREA: Final = f"{settings.PORTAL_URL}/#dia-ban"
_DURATION: Final = {TermUnit.DAY: "P%dD", TermUnit.MONTH: "P%dM"}


@translation.override(LANGUAGE)
def graph_of(versions: Sequence[ProcedureVersion]) -> Node:
    """One JSON-LD document of the versions, each as read by `for_page`; shared nodes are in it once."""
    nodes: dict[str, Node] = {}
    for version in versions:
        record = record_of(version)
        for node in [_service(version, record), *_linked_nodes(version, record)]:
            nodes[node["@id"]] = node
    return {"@context": CONTEXT, "@graph": list(nodes.values())}


def as_jsonld(document: Node) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_turtle(document: Node) -> bytes:
    """The same statements, read from the JSON-LD, so that both say the same."""
    return Graph().parse(data=as_jsonld(document), format="json-ld").serialize(format="turtle", encoding="utf-8")


def _service(version: ProcedureVersion, record: Record) -> Node:
    procedure, service = version.procedure, _service_id(version)
    authorities = [_office_id(place) for place in places_of(version)] or [f"{service}-co-quan"]
    node: Node = {
        "@id": service,
        "@type": "cpsv:PublicService",
        "dct:identifier": procedure.ref,  # an official code may occur at two levels; `col:national_code` has it
        "dct:title": _in_both(version.name, version.name_en),
        "dct:description": _vi(_description(version)),
        "dct:language": {"@id": VIETNAMESE},
        "dct:subject": {"@id": _field_id(procedure.field)},
        "foaf:page": {"@id": _page(version)},
        "cv:hasCompetentAuthority": [{"@id": office} for office in authorities],
        "cpsv:hasInput": [{"@id": f"{service}-giay-to-{paper['position']}"} for paper in _parts(version, "papers")],
        "cpsv:produces": {"@id": f"{service}-ket-qua"},
        "cv:hasChannel": [{"@id": f"{service}-nop-{way['way']}"} for way in _parts(version, "ways")],
        "cv:hasCost": {"@id": f"{service}-phi"},
        "cv:hasLegalResource": [{"@id": f"{service}-can-cu-{n}"} for n, _law in enumerate(version.legal_basis, 1)],
        "dct:valid": {"@value": version.valid.lower.isoformat(), "@type": "xsd:date"} if version.valid.lower else None,
        **{f"col:{name}": record[name] for name in SCALARS},
        **{
            f"col:{name}": [{"@id": node["@id"]} for node in nodes]
            for name, nodes in _numbered(service, record).items()
        },
    }
    if version.term and version.term.unit in _DURATION:
        length = _DURATION[version.term.unit] % version.term.amount
        node["cv:processingTime"] = {"@value": length, "@type": "xsd:duration"}
    return {key: value for key, value in node.items() if value not in (None, [])}


def _description(version: ProcedureVersion) -> str:
    return f"Dành cho {version.audience_words}. Thời hạn: {version.term_words}. Kết quả: {version.result}."


def _linked_nodes(version: ProcedureVersion, record: Record) -> list[Node]:
    """The nodes that the service points at, each with its own identifier."""
    service, field = _service_id(version), version.procedure.field
    offices = [_organisation(_office_id(place), place.unit.name) for place in places_of(version)]
    return [
        _named(AREA, "dct:Location", "skos:prefLabel", "Địa bàn của cổng này"),
        *(offices or [_organisation(f"{service}-co-quan", version.competent or "Chưa xác định")]),
        _named(_field_id(field), "skos:Concept", "skos:prefLabel", field.name)
        | {"skos:prefLabel": _in_both(field.name, field.name_en)},
        *(node for nodes in _numbered(service, record).values() for node in nodes),
        *(
            _paper(service, paper, listed)
            for paper, listed in zip(_parts(version, "papers"), record["documents"], strict=True)
        ),
        _named(f"{service}-ket-qua", "cv:Output", "dct:title", version.result or "Chưa xác định"),
        *(_channel(service, way) for way in _parts(version, "ways")),
        _cost(service, version),
        *(
            _named(f"{service}-can-cu-{number}", "eli:LegalResource", "dct:title", law) | {"col:position": number}
            for number, law in enumerate(version.legal_basis, 1)
        ),
    ]


def _paper(service: str, paper: dict[str, Any], record: Record) -> Node:
    copies = f"{paper['originals']} bản chính, {paper['copies']} bản sao"
    node = _named(f"{service}-giay-to-{paper['position']}", "cv:Evidence", "dct:title", paper["name"])
    columns = {f"col:{name}": paper[name] for name in ("position", "originals", "copies")}
    columns |= {f"col:{name}": paper[name] for name in ("case", "form_code") if paper[name]}
    if record["form"]:
        columns["foaf:page"] = {"@id": record["form"]}
    return node | columns | {"dct:description": _vi(f"{copies}. {paper['case']}" if paper["case"] else copies)}


def _channel(service: str, way: dict[str, Any]) -> Node:
    node = _named(f"{service}-nop-{way['way']}", "cv:Channel", "dct:title", str(Channel.Way(way["way"]).label))
    columns = {f"col:{name}": way[name] for name in WAY if way[name] not in (None, "")}
    return node | columns | ({"dct:description": _vi(way["term_text"])} if way["term_text"] else {})


def _numbered(service: str, record: Record) -> dict[str, list[Node]]:
    """Lists by column, each item a node: of those whose order counts with its place, since RDF knows no order; of what
    offices have of their own with the office."""
    texts = {
        name: [
            {"@id": f"{service}-{name}-{place}", "dct:description": _vi(text), "col:position": place}
            for place, text in enumerate(record[name], 1)
        ]
        for name in ("steps", "coordinating")
    }
    of_offices = {
        column: [
            {"@id": f"{service}-{name}-{row['place']}"} | {f"col:{key}": value for key, value in row.items()}
            for row in record[column]
        ]
        for column, name in (("commitments", "cam-ket"), ("cut_offs", "gio-chot"))
    }
    return texts | of_offices


def _cost(service: str, version: ProcedureVersion) -> Node:
    node = _named(f"{service}-phi", "cv:Cost", "dct:description", version.fee_note or "Theo quy định địa phương")
    if version.fee_vnd is not None:
        node |= {"cv:value": {"@value": f"{version.fee_vnd}.0", "@type": "xsd:decimal"}, "cv:currency": {"@id": VND}}
    return node


def _organisation(iri: str, name: str) -> Node:
    return _named(iri, "cv:PublicOrganisation", "skos:prefLabel", name) | {"dct:spatial": {"@id": AREA}}


def _named(iri: str, kind: str, naming: str, name: str) -> Node:
    return {"@id": iri, "@type": kind, "dct:identifier": iri, naming: _vi(name)}


def _vi(text: str) -> Node:
    return _in(text, LANGUAGE)


def _in_both(name: str, name_en: str) -> list[Node]:
    return [_vi(name), *([_in(name_en, "en")] if name_en else [])]


def _in(text: str, language: str) -> Node:
    return {"@value": text, "@language": language}


def _parts(version: ProcedureVersion, name: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = getattr(version, name)
    return parts


def _page(version: ProcedureVersion) -> str:
    return f"{settings.PORTAL_URL}{version.get_absolute_url()}"


def _service_id(version: ProcedureVersion) -> str:
    return f"{_page(version)}#dich-vu"


def _office_id(place: Offering) -> str:
    return f"{settings.PORTAL_URL}/don-vi/{place.unit.slug}/#co-quan"


def _field_id(field: Field) -> str:
    return f"{settings.PORTAL_URL}{reverse('procedures:field', args=[field.slug])}#linh-vuc"
