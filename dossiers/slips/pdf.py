"""Slips as PDF: data in, bytes out. No database and no clock.

Every form is a typst function in `dossiers/data/slips/<form>.typ`. Its data is a dictionary of text, lists and numbers
that can be stored as JSON; printing it again gives the same slip. Values reach typst as JSON, so typed text can never
act as markup. The files are archivable (PDF/A-2b); official wording is never translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils import translation

from dossiers.models import Slip
from dossiers.slips.codes import bars
from units.texts import typesetting, wording
from units.texts.characters import printable
from units.texts.typesetting import qr

Form = Slip.Form
Data = dict[str, Any]

LANGUAGE: Final = "vi"
PAGES: Final = Path(__file__).parents[1] / "data" / "slips"
COPY, REPLACED, DRAFT, VIEW = "BẢN IN LẠI", "ĐÃ THAY THẾ", "DỰ THẢO", "BẢN XEM"


def slip_pdf(form: str, data: Data) -> bytes:
    """One slip; more pages than one where its lists are long. ValueError for a form that does not exist."""
    return batch_pdf([(form, data)])


def batch_pdf(slips: Iterable[tuple[str, Data]]) -> bytes:
    """Many slips in one file, in the order given, each with its own page numbers. ValueError when there is none."""
    drawn = [_drawn(Form(form), data) for form, data in slips]
    if not drawn:
        raise ValueError("a file of slips needs at least one slip")
    first = drawn[0]
    title = first["footer"] if len(drawn) == 1 else f"{first['footer']} (+{len(drawn) - 1})"
    return compiled("main.typ", {"title": title, "day": first["day"], "slips": drawn})


def as_copy(data: Data, printed_at: datetime) -> Data:
    """The data of the slip marked as a reprint at an aware time."""
    return _marked(data, COPY, f"{COPY} lúc {wording.short_datetime(printed_at, LANGUAGE)}")


def as_replaced(data: Data, by: str) -> Data:
    """The data of the slip marked as replaced; `by` names the replacement, as "phiên bản 2"."""
    return _marked(data, REPLACED, f"{REPLACED} bằng {by}" if by else REPLACED)


def as_view(data: Data) -> Data:
    """The data of a receipt that is only looked at: without a secret, so no slip for the applicant."""
    return _marked(data, VIEW, f"{VIEW}, KHÔNG CÓ MÃ TRA CỨU")


def as_draft(data: Data) -> Data:
    """The data of the slip marked as an unsigned draft."""
    return _marked(data, DRAFT, f"{DRAFT}, CHƯA KÝ")


def compiled(page: str | Path, data: Data, *, tagged: bool = True) -> bytes:
    """Compiles a typst page of `dossiers/data/slips`, or any by its full path, with the data into a PDF/A-2b file.

    `tagged`: with the structure for screen readers; for tables of thousands of rows it is larger than the table.
    """
    return typesetting.compiled(PAGES / page, data, tagged=tagged)


def _marked(data: Data, watermark: str, mark: str) -> Data:
    """Adds a mark; the watermark of a replaced slip stays when it is reprinted."""
    marks: Sequence[str] = data.get("marks", [])
    behind = REPLACED if any(one.startswith(REPLACED) for one in [*marks, mark]) else watermark
    return data | {"marks": [*marks, mark], "watermark": behind}


@translation.override(LANGUAGE)
def _drawn(form: Form, data: Data) -> Data:
    """The data ready for printing, with barcodes and QR code drawn."""
    shown: Data = {"marks": [], "watermark": "", **printable(data), "form": form.value}
    shown["footer"] = f"{form.label} · {data['code'] or data['number']}"
    if data["code"]:
        shown["bars"] = bars(data["code"])
    if data.get("look_up_address"):
        shown["qr"] = qr(data["look_up_address"])
    if data.get("list_code"):
        shown["list_bars"] = bars(data["list_code"])
    if "rows" in data:
        shown["rows"] = [row | {"bars": bars(row["code"])} for row in shown["rows"]]
    return shown
