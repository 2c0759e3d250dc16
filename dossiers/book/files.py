"""The register book of a desk as PDF/A pages in A4 or as a workbook. Rows in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dossiers.book.form_06 import ROWS_PER_PART, Book, BookRow, book_data
from dossiers.slips.pdf import compiled
from files.sheets.formulas import FORMULA_SIGNS
from units.texts import wording
from units.texts.characters import printable

COLUMNS: Final = (
    *(("STT", 6), ("Mã hồ sơ", 28), ("Tên thủ tục hành chính", 44), ("Số bộ", 7), ("Tên cá nhân, tổ chức", 28)),
    *(("Địa chỉ", 36), ("Số điện thoại", 14), ("Cơ quan chủ trì giải quyết", 30), ("Nhận hồ sơ", 17)),
    *(("Hẹn trả kết quả", 17), ("Chuyển hồ sơ", 17), ("Nhận kết quả", 17), ("Ngày trả", 17)),
    *(("Phương thức trả", 16), ("Người ký nhận", 28), ("Ghi chú", 36)),
)
HEAD_ROW: Final = 2
MOMENT_FORMAT: Final = "hh:mm dd/mm/yyyy"

Cell = str | int | datetime | None


def book_pdf(book: Book, rows: Iterable[BookRow]) -> bytes:
    """At most `ROWS_PER_PART` rows as PDF/A, the head on every page. ValueError for more: see `form_06.parts`."""
    taken = list(islice(rows, ROWS_PER_PART + 1))
    if len(taken) > ROWS_PER_PART:
        raise ValueError(f"one file holds at most {ROWS_PER_PART} rows of the book")
    return compiled("register.typ", printable(book_data(book, taken)), tagged=False)


def book_xlsx(book: Book, rows: Iterable[BookRow]) -> bytes:
    """The whole book as one sheet, written row by row. Text is never stored as a formula."""
    return workbook_of(book.title, str(book.year), COLUMNS, map(_values, rows), made_at=book.made_at)


def workbook_of(
    title: str,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
    *,
    made_at: datetime,
) -> bytes:
    """A workbook of one printable sheet with filters; `columns` are titles with widths."""
    made = BytesIO()
    with Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": title, "created": _local(made_at)})
        sheet = workbook.add_worksheet(name)
        styles = _styles(workbook)
        _head(sheet, styles, title, columns)
        last = HEAD_ROW
        for last, row in enumerate(rows, HEAD_ROW + 1):
            _write(sheet, styles, last, row)
        sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
    return made.getvalue()


def _styles(workbook: Workbook) -> dict[str, Format]:
    cell = {"text_wrap": True, "valign": "top", "border": 1}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "head": workbook.add_format(cell | {"bold": True, "align": "center", "bg_color": "#EEEEEE"}),
        "text": workbook.add_format(cell),
        "quoted": workbook.add_format(cell | {"quote_prefix": True}),
        "moment": workbook.add_format(cell | {"num_format": MOMENT_FORMAT}),
    }


def _head(sheet: Worksheet, styles: dict[str, Format], title: str, columns: Sequence[tuple[str, int]]) -> None:
    """Column widths, title and head; printed on landscape A4, the head on every page."""
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.write_string(0, 0, title, styles["title"])
    for column, (name, _) in enumerate(columns):
        sheet.write_string(HEAD_ROW, column, name, styles["head"])


def _write(sheet: Worksheet, styles: dict[str, Format], number: int, row: Sequence[Cell]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(number, column, value, styles["quoted" if value.startswith(FORMULA_SIGNS) else "text"])
        elif isinstance(value, datetime):
            sheet.write_datetime(number, column, _local(value), styles["moment"])
        elif value is None:
            sheet.write_blank(number, column, None, styles["text"])
        else:
            sheet.write_number(number, column, value, styles["text"])


def _values(row: BookRow) -> tuple[Cell, ...]:
    return (
        *(row.number, row.code, row.procedure, row.sets, row.applicant, row.address, row.phone, row.handler),
        *(row.received_at, row.due_at, row.sent_at, row.finished_at, row.returned_at),
        *(row.method, row.receiver, row.note),
    )


def _local(at: datetime) -> datetime:
    """Local time in Hanoi without a zone: spreadsheets have no time zones."""
    return at.astimezone(wording.HANOI).replace(tzinfo=None)
