"""Draws notices for an office's wall: A4, with a QR code, a check code and the day of printing.

Data first, then bytes. The check code is a digest of the whole notice but the day: a scan shows whether the
portal still says the same (`is_current`). Official wording is never translated.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.text import capfirst

from procedures.models import Channel, Offering, ProcedureVersion
from procedures.versions.parts import channels_of
from units.models import Unit
from units.texts import wording
from units.texts.characters import printable
from units.texts.typesetting import compiled, qr

LANGUAGE: Final = "vi"
PAGE: Final = Path(__file__).parent.parent / "data" / "posters" / "posters.typ"
MARK_LENGTH: Final = 8

Data = dict[str, Any]


@translation.override(LANGUAGE)
def procedure_poster(version: ProcedureVersion, offering: Offering | None, on: date) -> Data:
    """The notice of one procedure, at an office or for all; `version` as read by `for_page`."""
    printed = _page_texts(version, offering)
    procedure = version.procedure
    mark = mark_of(printed)
    checked = {"dau": mark, "ngay": on.isoformat()} | ({"noi-nop": offering.unit.slug} if offering else {})
    check = f"{_address(reverse('procedures:posted', args=[procedure.ref]))}?{urlencode(checked)}"
    return {
        "kind": "procedure",
        **printable(printed),
        "is_official": bool(procedure.official_code),
        "mark": mark,
        "posted_on": wording.short_date(on, LANGUAGE),
        "address": _address(procedure.get_absolute_url()),
        "check_address": check,
        "qr": qr(check),
    }


@translation.override(LANGUAGE)
def list_poster(title: str, office: Unit | None, versions: Sequence[ProcedureVersion], address: str, on: date) -> Data:
    """The notice of a field or a desk: its procedures with term and fee. `versions` as read by `for_list`."""
    rows = [_row(version, office) for version in versions]
    printed: Data = {"title": title, "office": office.name if office else "", "rows": rows}
    return {
        "kind": "list",
        **printable(printed),
        "mark": mark_of(printed),
        "posted_on": wording.short_date(on, LANGUAGE),
        "address": _address(address),
        "qr": qr(_address(address)),
    }


def posters_pdf(posters: Iterable[Data], on: date) -> bytes:
    """One file, in the order given. Raises ValueError when there is none."""
    drawn = list(posters)
    if not drawn:
        raise ValueError("a file of notices needs at least one")
    title = drawn[0]["title"] if len(drawn) == 1 else f"Niêm yết {len(drawn)} thủ tục"
    return compiled(PAGE, {"title": title, "day": [on.year, on.month, on.day], "posters": drawn})


def is_mark(text: str) -> bool:
    """Whether it can be the check code of a notice."""
    return len(text) == MARK_LENGTH and set(text.upper()) <= set("0123456789ABCDEF")


@translation.override(LANGUAGE)
def is_current(mark: str, version: ProcedureVersion, offering: Offering | None) -> bool:
    """Whether the notice of that office with that check code agrees with the portal now."""
    return mark.upper() == mark_of(_page_texts(version, offering))


def mark_of(printed: Data) -> str:
    """The first eight characters of a digest: enough to distinguish two contents of one notice, short enough to read
    aloud."""
    text = json.dumps(printed, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:MARK_LENGTH].upper()


def _page_texts(version: ProcedureVersion, offering: Offering | None) -> Data:
    procedure = version.procedure
    desk = offering.unit.desk if offering else None
    return {
        "title": version.name,
        "code": procedure.official_code or procedure.ref,
        "field": procedure.field.name,
        "valid_from": wording.short_date(version.valid.lower, LANGUAGE) if version.valid.lower else "",
        "decision": version.decision,
        "audience": capfirst(version.audience_words),
        "term": capfirst(version.term_words),
        "committed": offering.committed_words if offering else "",
        "office": offering.unit.name if offering else "",
        "hours": desk.hours_text if desk else "",
        "phone": desk.telephone if desk else "",
        "result": version.result,
        "papers": [_paper(paper) for paper in version.papers],  # type: ignore[attr-defined]
        "steps": [step["text"] for step in version.public_steps],  # type: ignore[attr-defined]
        "ways": [_way(way) for way in channels_of(version)],
        "conditions": version.conditions,
        "legal_basis": "; ".join(version.legal_basis),
    }


def _paper(paper: dict[str, Any]) -> Data:
    copies = [f"{paper['originals']} bản chính"] if paper["originals"] else []
    copies += [f"{paper['copies']} bản sao"] if paper["copies"] else []
    return {"name": paper["name"], "case": paper["case"], "copies": ", ".join(copies) or "xem rồi trả lại"}


def _way(way: Channel) -> list[str]:
    return [str(way.get_way_display()), capfirst(way.term_text), _fee(way.fee_vnd, way.fee_note)]


def _row(version: ProcedureVersion, office: Unit | None) -> list[str]:
    places: list[Offering] = version.procedure.places  # type: ignore[attr-defined]
    here = next((place for place in places if office and place.unit_id == office.pk), None)
    term = here.committed_words if here and here.committed_words else version.term_words
    code = version.procedure.official_code or f"{version.procedure.ref} (mã của cổng)"
    return [code, version.name, capfirst(term), _fee(version.fee_vnd, version.fee_note)]


def _fee(amount: int | None, note: str) -> str:
    if amount is None:
        return capfirst(note) or "Theo quy định địa phương"
    return f"{wording.number(amount, LANGUAGE)} đồng" if amount else "Không thu"


def _address(path: str) -> str:
    return f"{settings.PORTAL_URL}{path}"
