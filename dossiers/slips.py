"""Slips: data in, PDF bytes out. No database and no clock.

Form 01 of Circular 01/2018/TT-VPCP, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả": A5, archivable (PDF/A-2b), with the
dossier code as Code 128 and the look-up address as QR. Its wording is the official one, hence not translated. Values
reach the page as JSON, so nothing that was typed can act as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import fontpkg_be_vietnam_pro
import segno
import typst
from barcode import Code128
from barcode.writer import SVGWriter
from django.utils import translation

from dossiers.explanation import pinned_terms, term_words
from dossiers.models import Dossier, DossierEvent, ReceivedDocument
from units import wording

PAGE: Final = Path(__file__).with_name("data") / "receipt.typ"
FONTS: Final = Path(str(fontpkg_be_vietnam_pro.__file__)).with_name("files")
# Bars of 0.33 mm and a quiet zone of ten of them on each side: read by cheap desk scanners.
BARS: Final = {"module_width": 0.33, "module_height": 10, "quiet_zone": 3.4, "write_text": False}

LANGUAGE = "vi"


@translation.override(LANGUAGE)
def receipt_data(
    dossier: Dossier, events: Iterable[DossierEvent], documents: Iterable[ReceivedDocument], look_up_address: str
) -> dict[str, Any]:
    """Every field of the form as text. The dossier is an accepted one: it has its receipt and due times."""
    assert dossier.received_at is not None
    assert dossier.due_at is not None
    received = dossier.received_at
    return {
        "agency": dossier.desk.office.parent.name if dossier.desk.office.parent else "",
        "office": dossier.desk.office.name,
        "desk": dossier.desk.name,
        "code": dossier.code,
        "place_and_date": _place_and_date(dossier),
        "applicant": dossier.applicant_name,
        "id_number": dossier.applicant_id,
        "address": dossier.applicant_address,
        "phone": dossier.applicant_phone,
        "email": dossier.applicant_email,
        "request": dossier.version.name,
        "documents": [_paper(document) for document in documents],
        "sets": str(dossier.sets),
        "term": _term(dossier, events),
        "received": wording.weekday_datetime(received, LANGUAGE),
        "due": wording.weekday_datetime(dossier.due_at, LANGUAGE),
        "delivery": _delivery(dossier),
        "fee": _fee(dossier),
        "secret": dossier.secret,
        "look_up_address": look_up_address,
        "hotline": dossier.desk.telephone,
        "clerk": str(dossier.registered_by or ""),
        "day": [wording.day_of(received).year, wording.day_of(received).month, wording.day_of(received).day],
    }


def receipt_pdf(data: dict[str, Any]) -> bytes:
    """The slip as a PDF file of one A5 page, or more when the list of papers is long."""
    drawn = data | {"bars": _bars(data["code"]), "qr": _qr(data["look_up_address"])}
    made: bytes = typst.compile(
        PAGE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(drawn, ensure_ascii=False)},
        format="pdf",
        pdf_standards="a-2b",
    )
    return made


def _bars(code: str) -> str:
    """Code 128 as SVG."""
    drawn = BytesIO()
    Code128(code, writer=SVGWriter()).write(drawn, options=dict(BARS))
    return drawn.getvalue().decode()


def _qr(address: str) -> str:
    """QR as SVG, error level M: a fold across it may be read still."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, scale=4)
    return drawn.getvalue().decode()


def _term(dossier: Dossier, events: Iterable[DossierEvent]) -> str:
    """The law's term, and the office's own shorter promise beside it, as they were on acceptance."""
    promised, statutory = pinned_terms(events)
    law, promise = term_words(statutory) or dossier.version.term_note, term_words(promised)
    return f"{law}, cơ quan cam kết {promise.lower()}" if promise and promise != law else law


def _delivery(dossier: Dossier) -> str:
    """How the result comes to the applicant, and to which place or address."""
    where = {
        Dossier.Delivery.POST: dossier.applicant_address,
        Dossier.Delivery.ONLINE: dossier.applicant_email,
    }.get(Dossier.Delivery(dossier.delivery), dossier.desk.name)
    return " · ".join(filter(None, [dossier.get_delivery_display(), where]))


def _paper(document: ReceivedDocument) -> dict[str, str]:
    return {
        "name": document.name,
        "originals": str(document.originals or ""),
        "copies": str(document.copies or ""),
        "number": str(document.originals + document.copies or ""),
    }


def _place_and_date(dossier: Dossier) -> str:
    assert dossier.received_at is not None
    day = wording.day_of(dossier.received_at)
    return f"{dossier.desk.office.short_name}, ngày {day.day} tháng {day.month} năm {day.year}"


def _fee(dossier: Dossier) -> str:
    if not dossier.fee_vnd:
        return "Không thu"
    paid = "đã thu" if dossier.fee_status == Dossier.FeeStatus.COLLECTED else "thu khi trả kết quả"
    return f"{wording.money(dossier.fee_vnd, LANGUAGE)}, {paid}"
