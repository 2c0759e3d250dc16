"""The papers of a dossier with their scans, its slips, and the notes of staff, as its page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from dossiers.models import Dossier, Scan, Slip

RESULT: Final = "ket-qua"


@dataclass(slots=True)
class PaperRow:
    """A received paper, the result, or the whole dossier, with its scans. `key` is its value in the scan form."""

    name: str
    key: str
    paper: dict[str, Any] | None = None
    scans: list[Scan] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NoteLine:
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SlipLine:
    pk: int
    form: str
    number: int
    version: int
    issued_at: datetime
    is_replaced: bool

    @property
    def name(self) -> str:
        return str(Slip.Form(self.form).label)


def listed_papers(dossier: Dossier) -> list[dict[str, Any]]:
    """The annotation of `with_papers`: name, originals and copies of each paper."""
    listed: list[dict[str, Any]] = vars(dossier)["papers"]
    return listed


def papers_of(dossier: Dossier, scans: Iterable[Scan]) -> list[PaperRow]:
    """All papers with their scans, also those that a correction removed from the list; then the result and the whole
    dossier."""
    rows = {paper["name"]: PaperRow(paper["name"], str(n), paper) for n, paper in enumerate(listed_papers(dossier), 1)}
    result, whole = PaperRow(_("Kết quả giải quyết"), RESULT), PaperRow(_("Cả hồ sơ"), "")
    for scan in scans:
        own = rows.setdefault(scan.paper, PaperRow(scan.paper, "")) if scan.paper else whole
        (result if scan.is_result else own).scans.append(scan)
    shows_result = dossier.finished_at is not None or result.scans
    return [*rows.values(), *([result] if shows_result else []), whole]


def notes_of(dossier: Dossier) -> list[NoteLine]:
    """The note of the registration, then those annotated by `with_notes`."""
    first = [NoteLine(dossier.note, str(dossier.registered_by or ""), dossier.submitted_at)] if dossier.note else []
    written: list[dict[str, Any]] = vars(dossier)["notes"]
    return first + [
        NoteLine(note["text"], note["author"] or "", datetime.fromisoformat(note["at"])) for note in written
    ]


def slips_of(dossier: Dossier) -> list[SlipLine]:
    """The slips annotated by `with_slips`."""
    issued: list[dict[str, Any]] = vars(dossier)["issued"]
    return [
        SlipLine(
            slip["pk"],
            slip["form"],
            slip["number"],
            slip["version"],
            datetime.fromisoformat(slip["issued_at"]),
            is_replaced=slip["replaced_at"] is not None,
        )
        for slip in issued
    ]


def renewals_of(slips: Iterable[SlipLine]) -> list[tuple[int, datetime]]:
    """Version and moment of each later version of the receipt."""
    return [(slip.version, slip.issued_at) for slip in slips if slip.form == Slip.Form.RECEIPT and slip.version > 1]
