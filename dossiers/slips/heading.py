"""The fields that all slips share: issuing office, number, applicant. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from dossiers.models import Dossier
from dossiers.slips.pdf import LANGUAGE, Data, Form
from units.models import Unit, UnitKind
from units.texts import wording

LETTERS: Final[Mapping[Form, str]] = MappingProxyType(
    {
        Form.RECEIPT: "PTN",
        Form.SUPPLEMENT: "PBS",
        Form.REFUSAL: "PTC",
        Form.APOLOGY: "PXL",
        Form.STOP: "TBD",
        Form.CONTROL: "PKS",
        Form.HANDOVER: "PBG",
    }
)


ID_LABELS: Final[Mapping[str, str]] = MappingProxyType({Dossier.ApplicantKind.FOREIGNER: "Số hộ chiếu"})
"""Labels of the id number where they differ from the form's."""


@dataclass(frozen=True, slots=True)
class Issue:
    """The issue of a slip: when (aware), by whom, its number within unit, form and year, its version."""

    at: datetime
    officer: str = ""
    number: int | None = None
    version: int = 1


def slip_number(form: Form, number: int | None, unit: Unit) -> str:
    """As "12/PBS-BM": running number, letters of the form, initials of the office; nothing for an unnumbered slip."""
    return f"{number}/{LETTERS[form]}-{initials(unit.office.short_name)}" if number else ""


def heading_data(form: Form, unit: Unit, issue: Issue) -> Data:
    """The head and the foot of a slip that `unit` (a desk, or any office) issues."""
    office = unit.office
    seat = unit.parent if unit.kind.code == UnitKind.DEPARTMENT and unit.parent else office
    day = wording.day_of(issue.at)
    return {
        "agency": office.parent.name if office.parent else "",
        "office": office.name,
        "desk": unit.name if unit.pk != office.pk else "",
        "hotline": unit.telephone,
        "number": slip_number(form, issue.number, unit),
        "place_and_date": f"{seat.short_name}, ngày {day.day} tháng {day.month} năm {day.year}",
        "day": [day.year, day.month, day.day],
        "version": issue.version,
        "officer": issue.officer,
        "code": "",
    }


def party_data(dossier: Dossier) -> Data:
    """The applicant and the procedure."""
    return {
        "code": dossier.code,
        "applicant": dossier.applicant_name,
        "id_label": ID_LABELS.get(dossier.applicant_kind, ""),
        "id_number": dossier.applicant_id,
        "address": dossier.applicant_address,
        "phone": dossier.applicant_phone,
        "email": dossier.applicant_email,
        "request": dossier.version.name,
    }


def moment(at: datetime | None) -> str:
    """As "10:32 Thứ Hai, 02/03/2026" in Hanoi; empty for None."""
    return wording.weekday_datetime(at, LANGUAGE) if at else ""


def short_moment(at: datetime | None) -> str:
    """As "10:32, 02/03/2026" in Hanoi; empty for None."""
    return wording.short_datetime(at, LANGUAGE) if at else ""


def initials(name: str) -> str:
    """The first letters of a name without marks, as numbers of official papers have them: "Đồng Nhân" → "ĐN"."""
    firsts = (word[0].upper() for word in name.split() if word[0].isalnum())
    return "".join(first if first == "Đ" else unicodedata.normalize("NFD", first)[0] for first in firsts)
