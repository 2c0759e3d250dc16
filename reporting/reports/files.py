"""A report in its official layout: who reports, under which number, on which day; as a PDF or a workbook.

Data in, bytes out: the same data is stored of a signed report, so printing it again gives the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dossiers.slips.heading import Issue, heading_data, initials
from dossiers.slips.pdf import Form, as_draft, compiled
from files.sheets.formulas import FORMULA_SIGNS
from reporting.reports.document import Cell, Head, Report, Table, cell_text, from_content
from units.models import Unit
from units.texts.characters import printable

PAGE: Final = Path(__file__).with_name("data") / "report.typ"
MOTTO: Final = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
LETTERS: Final = "BC"
MOST_TAGGED: Final = 300
"""Rows up to which a PDF has the structure for screen readers; in longer ones it outweighs the report itself."""
Data = dict[str, Any]


def paper_data(
    report: Report, unit: Unit, *, at: datetime, number: int | None = None, version: int = 1, signer: str = ""
) -> Data:
    """All that is printed, as JSON values; without a number, a version not signed yet. `unit` with its kind and
    parents."""
    head = heading_data(Form.RECEIPT, unit, Issue(at=at, version=version))
    numbered = f"{number or '…'}/{LETTERS}-{initials(unit.office.short_name)}"
    return {**head, **report.content, "number": numbered, "signer": signer}


def report_pdf(data: Data, *, sha256: str = "") -> bytes:
    """A4. Without the digest of a signed report it is marked as a draft."""
    report = from_content(data)
    shown = data if sha256 else as_draft(data)
    drawn = {"marks": [], "watermark": "", **shown, "sha256": sha256, "drawn": [_drawn(one) for one in report.tables]}
    is_short = sum(len(table.rows) for table in report.tables) <= MOST_TAGGED
    return compiled(PAGE, printable(drawn), tagged=is_short)


def _drawn(table: Table) -> Data:
    return {
        "title": table.title,
        "empty": table.empty,
        "widths": [column.width for column in table.columns],
        "numbers": [column.is_number for column in table.columns],
        "heads": [[asdict(head) for head in row] for row in table.heads],
        "rows": [[cell_text(cell) for cell in row] for row in table.rows],
        "total": [cell_text(cell) for cell in table.total] if table.total else [],
    }


def report_xlsx(data: Data, *, is_signed: bool) -> bytes:
    """One sheet for each table, each printable by itself; numbers are numbers."""
    report, made = from_content(data), BytesIO()
    with Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": report.title})
        styles = _styles(workbook)
        for place, table in enumerate(report.tables, 1):
            sheet = workbook.add_worksheet(f"{place}. {table.title}"[:31])
            _Sheet(sheet, styles, report, table).write(data, is_signed=is_signed)
    return made.getvalue()


def _styles(workbook: Workbook) -> dict[str, Format]:
    font, cell = {"font_name": "Times New Roman"}, {"text_wrap": True, "valign": "top", "border": 1}
    middle = {"align": "center", "text_wrap": True, "valign": "vcenter"}
    looks: dict[str, dict[str, Any]] = {
        "plain": middle,
        "bold": middle | {"bold": True},
        "italic": middle | {"italic": True},
        "title": middle | {"bold": True, "font_size": 14},
        "note": {"italic": True, "text_wrap": True, "valign": "top"},
        "head": cell | middle | {"bold": True, "bg_color": "#EEEEEE"},
        "text": cell,
        "quoted": cell | {"quote_prefix": True},
        "count": cell | {"num_format": "#,##0"},
        "score": cell | {"num_format": "0.0"},
        "number": cell | {"align": "right"},
    }
    made = {name: workbook.add_format(font | look) for name, look in looks.items()}
    total = {name: workbook.add_format(font | looks[name] | {"bold": True}) for name in ("text", "count", "score")}
    return made | {f"total_{name}": look for name, look in total.items()}


class _Sheet:
    """Writes one table from the top down; `row` is the next free row."""

    def __init__(self, sheet: Worksheet, styles: dict[str, Format], report: Report, table: Table) -> None:
        self.sheet, self.styles, self.report, self.table = sheet, styles, report, table
        self.row, self.last = 0, len(table.columns) - 1
        self.middle = max(1, round(self.last * 0.45))

    def write(self, data: Data, *, is_signed: bool) -> None:
        self._set_up()
        self._both(data["agency"].upper(), MOTTO[0], "plain", "bold")
        self._both(data["office"].upper(), MOTTO[1], "bold", "bold")
        self._both(f"Số: {data['number']}", data["place_and_date"], "plain", "italic")
        if not is_signed:
            self._line("DỰ THẢO, CHƯA KÝ", "bold")
        self._line(self.report.form, "italic")
        self._line(self.report.title.upper(), "title")
        self._line(self.report.period, "bold")
        self._line(self.report.scope, "plain")
        self._line(self.table.title, "bold")
        self._heads()
        self._rows()
        for note in self.report.notes:
            self._line(note, "note")
        self.row += 1
        self._both("Người lập biểu", "LÃNH ĐẠO ĐƠN VỊ", "bold", "bold")
        self._both("(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên, đóng dấu)", "italic", "italic")
        self.row += 3
        self._both("", data["signer"], "plain", "bold")

    def _set_up(self) -> None:
        for place, column in enumerate(self.table.columns):
            self.sheet.set_column(place, place, max(6, round(column.width * 11)))
        if self.report.landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def _heads(self) -> None:
        first, taken = self.row, set[tuple[int, int]]()
        for heads in self.table.heads:
            place = 0
            for head in heads:
                while (self.row, place) in taken:
                    place += 1
                self._over(self.row, place, head)
                taken |= {
                    (self.row + down, place + along) for down in range(head.rows) for along in range(head.columns)
                }
                place += head.columns
            self.row += 1
        self.sheet.repeat_rows(first, self.row - 1)

    def _over(self, row: int, place: int, head: Head) -> None:
        self._merged(row, place, row + head.rows - 1, place + head.columns - 1, head.text, "head")

    def _rows(self) -> None:
        for cells in self.table.rows:
            self._cells(cells)
        if self.table.total:
            self._cells(self.table.total, "total_")
        if not self.table.rows:
            self._line(self.table.empty, "italic")

    def _cells(self, cells: Sequence[Cell], prefix: str = "") -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, int | float):
                style = self.styles[f"{prefix}{'score' if isinstance(cell, float) else 'count'}"]
                self.sheet.write_number(self.row, place, cell, style)
            else:
                self.sheet.write_string(self.row, place, cell_text(cell), self._style(place, cell_text(cell), prefix))
        self.row += 1

    def _style(self, place: int, text: str, prefix: str) -> Format:
        """A name that a spreadsheet might take for a formula is marked as text, also for when it is saved again."""
        if text.startswith(FORMULA_SIGNS) or prefix:
            return self.styles["quoted" if text.startswith(FORMULA_SIGNS) else "total_text"]
        return self.styles["number" if self.table.columns[place].is_number else "text"]

    def _line(self, text: str, style: str) -> None:
        if text:
            self._merged(self.row, 0, self.row, self.last, text, style)
            self.row += 1

    def _both(self, left: str, right: str, left_style: str, right_style: str) -> None:
        self._merged(self.row, 0, self.row, self.middle, left, left_style)
        self._merged(self.row, self.middle + 1, self.row, self.last, right, right_style)
        self.row += 1

    def _merged(self, top: int, left: int, bottom: int, right: int, text: str, style: str) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, self.styles[style])
        else:
            self.sheet.merge_range(top, left, bottom, right, "", self.styles[style])
            self.sheet.write_string(top, left, text, self.styles[style])
