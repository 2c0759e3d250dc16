"""The register of citizens received, form 03/TCD of Decree 154/2026/NĐ-CP, as rows, PDF and workbook.

Its wording is official and is not translated. Days and times are those of Hanoi. Denunciations are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from django.db.models import QuerySet
from django.utils import translation

from complaints.clock.states import Outcome
from complaints.models import OUTCOME_LABELS, STATUS_LABELS, EntryKind, ReceptionEntry
from dossiers.book.files import workbook_of
from dossiers.slips.heading import Issue, heading_data
from dossiers.slips.pdf import LANGUAGE, Data, Form, compiled
from units.models import Unit
from units.texts import wording
from units.texts.characters import printable

PAGE: Final = Path(__file__).parents[2] / "data" / "papers" / "reception.typ"
PART: Final = 2000
COLUMNS: Final = (
    *(("STT", 6), ("Ngày tiếp", 12), ("Họ tên, địa chỉ", 32), ("Giấy tờ tùy thân", 22)),
    *(("Nội dung vụ việc", 44), ("Phân loại", 14), ("Số người", 8), ("Cơ quan đã giải quyết", 22)),
    *(("Thuộc thẩm quyền", 12), ("Hướng dẫn đến", 22), ("Cơ quan thụ lý", 22)),
    *(("Theo dõi kết quả giải quyết", 24), ("Ghi chú", 24)),
)
KINDS: Final = {EntryKind.GRIEVANCE: "Khiếu nại", EntryKind.PETITION: "Kiến nghị", EntryKind.FEEDBACK: "Phản ánh"}


@dataclass(frozen=True, slots=True)
class ReceptionBook:
    """The register of one unit and year; `made_at` is when this copy was made, aware."""

    unit: Unit
    year: int
    made_at: datetime

    @property
    def title(self) -> str:
        return f"Sổ tiếp công dân {self.year}, {self.unit.name}"

    def entries(self) -> QuerySet[ReceptionEntry]:
        return ReceptionEntry.objects.filter(unit=self.unit, year=self.year).select_related("case").order_by("number")


def cells(entry: ReceptionEntry) -> tuple[str, ...]:
    """The thirteen columns, as text."""
    followed = "\n".join(filter(None, (entry.result, *_case_cells(entry))))
    return (
        *(str(entry.number), wording.short_date(entry.received_at, LANGUAGE)),
        *("\n".join(filter(None, (entry.name, entry.address))), entry.identity, entry.content),
        *(KINDS[EntryKind(entry.kind)], str(entry.people), entry.settled_by, "x" if entry.is_ours else ""),
        *(entry.guided_to, entry.taken_by, followed, entry.note),
    )


def _case_cells(entry: ReceptionEntry) -> tuple[str, ...]:
    """The case that came of it, and its outcome or present status."""
    if entry.case is None:
        return ()
    with translation.override(LANGUAGE):
        state = OUTCOME_LABELS[Outcome(entry.case.outcome)] if entry.case.outcome else STATUS_LABELS[entry.case.state]
        return entry.case.code, str(state)


def book_pdf(book: ReceptionBook, entries: Iterable[ReceptionEntry]) -> bytes:
    """At most `PART` lines as PDF/A; ValueError for more."""
    rows = [list(cells(one)) for one in islice(entries, PART + 1)]
    if len(rows) > PART:
        raise ValueError(f"one file holds at most {PART} lines of the register")
    data: Data = {
        **heading_data(Form.RECEIPT, book.unit, Issue(at=book.made_at)),
        "title": book.title,
        "year": str(book.year),
        "columns": [name for name, _width in COLUMNS],
        "rows": rows,
        "closing": f"Có {wording.number(len(rows), LANGUAGE)} lượt tiếp; lập lúc "
        f"{wording.short_datetime(book.made_at, LANGUAGE)}. Nội dung tố cáo được lưu riêng theo chế độ mật.",
    }
    return compiled(PAGE, printable(data), tagged=False)


def book_xlsx(book: ReceptionBook, entries: Iterable[ReceptionEntry]) -> bytes:
    """All lines as one sheet."""
    return workbook_of(book.title, str(book.year), COLUMNS, map(cells, entries), made_at=book.made_at)
