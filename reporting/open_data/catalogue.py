"""The entry for catalogues of data: DCAT 3 as JSON-LD, with every file of an edition at its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from reporting.definitions.periods import Month
from reporting.open_data.dictionary import CLOSED, FACTS, LICENCE, OPEN, Bilingual
from reporting.open_data.editions import DataFile, Edition

_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MONTHLY: Final = {"@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY"}
_SHA256: Final = {"@id": "spdx:checksumAlgorithm_sha256"}


def dcat(edition: Edition, *, page: str, publisher: str, address: Callable[[DataFile], str]) -> dict[str, Any]:
    """One `dcat:Dataset`. `page` is the address of the page that explains it, `address` gives that of a file."""
    return {
        "@context": _CONTEXT,
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:title": _texts(
            Bilingual("Hồ sơ thủ tục hành chính đã và đang giải quyết", "Dossiers of administrative procedures")
        ),
        "dct:description": _texts(
            Bilingual(
                f"{CLOSED.description.vi}. {OPEN.description.vi}. Không có người nộp, cán bộ hay mã hồ sơ.",
                f"{CLOSED.description.en}. {OPEN.description.en}. No applicant, no officer, no code of a dossier.",
            )
        ),
        "dct:identifier": f"mot-cua-{edition.name}",
        "dcat:version": edition.name,
        "dct:issued": {"@value": edition.made_at.isoformat(), "@type": "xsd:dateTime"},
        "dct:accrualPeriodicity": _MONTHLY,
        "dct:temporal": _period(edition),
        "dct:license": {"@id": LICENCE["path"]},
        "dct:language": ["vi", "en"],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [_distribution(edition, file, address(file)) for file in edition.files if file.table],
    }


def _texts(text: Bilingual) -> list[dict[str, str]]:
    return [{"@value": text.vi, "@language": "vi"}, {"@value": text.en, "@language": "en"}]


def _period(edition: Edition) -> dict[str, Any]:
    years = [int(key.period) for key in edition.figures if key.period.isdecimal()]
    first = Month(min(years, default=edition.month.year), 1).first
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
        "dcat:endDate": {"@value": edition.month.last.isoformat(), "@type": "xsd:date"},
    }


def _distribution(edition: Edition, file: DataFile, address: str) -> dict[str, Any]:
    title = next((_texts(table.description) for table in FACTS if table.name == file.table), file.table)
    return {
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:downloadURL": {"@id": address},
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": file.media_type,
        "dcat:byteSize": file.size,
        "dct:license": {"@id": LICENCE["path"]},
        "spdx:checksum": {"@type": "spdx:Checksum", "spdx:algorithm": _SHA256, "spdx:checksumValue": file.sha256},
    }
