"""Files of the national database of procedures: JSON as it comes, or a worksheet with one procedure a row.

Columns of the sheet are named as in a record, in any order; MATTHC and TENTTHC are needed. A cell of a list has one
item a line, its parts between bars:

    TRINHTU       step
    CACHTHUC      KENH | THOIGIANGIAIQUYET | DONVITINH | SOTIEN | MOTA | GHICHUPHI
    GIAYTO        TENGIAYTO | SOBANCHINH | SOBANSAO | TENMAUDON | TRUONGHOP
    CANCUPHAPLY   SOVANBAN | TENVANBAN
    COQUANTHUCHIEN, KETQUATHUCHIEN   one name a line

Within a part, `\\n` is a new line, `\\|` a bar and `\\\\` a backslash.
Columns of `procedures.national.reading.OF_OUR_OWN` may follow.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from files.sheets.faults import LANGUAGES, UnusableFile
from files.sheets.reading import Cell, NoValue, sheet_rows, sheets_not_read
from procedures.national.reading import OF_OUR_OWN
from procedures.versions.content import plain_lines

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_UNPACKED: Final = 40 * 1024 * 1024
MOST_RECORDS: Final = 5_000
MOST_COLUMNS: Final = 256
MOST_PARTS: Final = 1_000_000
"""Lists and objects of a JSON: far more than that many records have."""
NEEDED: Final = ("MATTHC", "TENTTHC")
TEXTS: Final = ("MATTHC", "TENTTHC", "CAPTHUCHIEN", "MOTADOITUONGTHUCHIEN", "YEUCAU")
LISTS: Final = ("TENLINHVUC", "TRINHTU", "CACHTHUC", "GIAYTO", "CANCUPHAPLY", "COQUANTHUCHIEN", "KETQUATHUCHIEN")
PARTS: Final = {
    "CACHTHUC": ("KENH", "THOIGIANGIAIQUYET", "DONVITINH", "SOTIEN", "MOTA", "GHICHUPHI"),
    "GIAYTO": ("TENGIAYTO", "SOBANCHINH", "SOBANSAO", "TENMAUDON", "TRUONGHOP"),
    "CANCUPHAPLY": ("SOVANBAN", "TENVANBAN"),
}


_BAR: Final = re.compile(r"(?<!\\)\|")
_CODED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""A letter that XML cannot hold, as Office writes it: ECMA-376 part 1, 22.9.2.19."""
_ESCAPED: Final = re.compile(r"\\([n|\\])")


class Unreadable(Exception):
    """The file as a whole cannot be used; the message gives the reason, and the cell if there is one."""


class FileRecords(NamedTuple):
    """`unread` names parts of the file without records: further sheets, columns without a heading."""

    records: list[Any]
    unread: dict[str, list[str]]
    sha256: str


def read_records(path: Path) -> FileRecords:
    """The records in the order of the file, in the shape that `procedures.national.reading` reads. Raises
    Unreadable."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(_("Tệp quá lớn."))
        with path.open("rb") as stored:
            sha256 = hashlib.file_digest(stored, "sha256").hexdigest()
        records, unread = _of_sheet(path) if path.suffix.lower() == ".xlsx" else (_of_json(path), {})
    except OSError as error:
        raise Unreadable(_("Không đọc được tệp %(path)s.") % {"path": path}) from error
    if not records:
        raise Unreadable(_("Tệp không có bản ghi thủ tục nào."))
    if len(records) > MOST_RECORDS:
        raise Unreadable(_("Tệp có quá %(n)s bản ghi.") % {"n": MOST_RECORDS})
    return FileRecords(records, unread, sha256)


def _of_json(path: Path) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if text.count("{") + text.count("[") > MOST_PARTS:
            raise Unreadable(_("Tệp quá lớn."))
        stored = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Tệp không phải JSON đọc được.")) from error
    if isinstance(stored, dict):
        wrapped = next((stored[name] for name in ("data", "result") if name in stored), [stored])
        stored = wrapped if isinstance(wrapped, list) else [wrapped]
    if not isinstance(stored, list):
        raise Unreadable(_("Tệp JSON không chứa danh sách thủ tục."))
    return stored


def _of_sheet(path: Path) -> tuple[list[Any], dict[str, list[str]]]:
    try:
        sheet = _SheetRecords()
        for number, cells in sheet_rows(
            path, "", trusts_formulas=False, most_columns=MOST_COLUMNS, most_bytes=MOST_UNPACKED
        ):
            sheet.take(number, cells)
        columns = [_letters(place) for place in sorted(sheet.headless)]
        return sheet.records, {"sheets": sheets_not_read(path), "columns": columns}
    except UnusableFile as unusable:
        sentences = dict(zip(LANGUAGES, unusable.args, strict=True))
        raise Unreadable(sentences.get(get_language() or "", unusable.args[0])) from unusable


class _SheetRecords:
    """The records read so far; limited in size, since a short file may repeat one long text."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.records: list[Any] = []
        self.headless: set[int] = set()
        self.letters = 0

    def take(self, number: int, cells: list[Cell]) -> None:
        values = [_value(cell, number, place) for place, cell in enumerate(cells)]
        self.letters += sum(map(len, values))
        if self.letters > MOST_UNPACKED or len(self.records) > MOST_RECORDS:
            raise Unreadable(_("Tệp quá lớn."))
        if not self.heads:
            self.heads = _heads(values)
        elif any(values):
            named = dict(zip(self.heads, values, strict=False)) | self._code(cells)
            self.headless |= {place for place, text in enumerate(values) if text and not self._has_head(place)}
            self.records.append(_record(named))

    def _code(self, cells: list[Cell]) -> dict[str, str]:
        """Restores the last zeros of a code that a spreadsheet stored as a number: 2.00062 is 2.000620."""
        place = self.heads.index("MATTHC")
        cell = cells[place] if place < len(cells) else ""
        return {"MATTHC": f"{cell:.6f}"} if isinstance(cell, float) and not cell.is_integer() else {}

    def _has_head(self, place: int) -> bool:
        return place < len(self.heads) and bool(self.heads[place])


def _heads(values: list[str]) -> list[str]:
    heads = [value.upper() for value in values]
    if missing := [name for name in NEEDED if name not in heads]:
        raise Unreadable(_("Tệp thiếu cột: %(columns)s.") % {"columns": ", ".join(missing)})
    named = [head for head in heads if head]
    if twice := {head for head in named if named.count(head) > 1}:
        raise Unreadable(_("Hai cột cùng tiêu đề: %(columns)s.") % {"columns": ", ".join(sorted(twice))})
    if unknown := [head for head in named if head not in (*TEXTS, *LISTS, *OF_OUR_OWN)]:
        raise Unreadable(_("Không biết cột: %(columns)s.") % {"columns": ", ".join(unknown)})
    return heads


def _value(cell: Cell, row: int, place: int) -> str:
    if cell is NoValue.FORMULA:
        raise Unreadable(_("Ô %(cell)s chứa công thức: hãy dán giá trị.") % {"cell": f"{_letters(place)}{row}"})
    if cell is NoValue.MERGED:
        raise Unreadable(_("Ô %(cell)s bị gộp với ô khác: hãy bỏ gộp.") % {"cell": f"{_letters(place)}{row}"})
    if isinstance(cell, float):
        return _number(cell)
    return plain_lines(_CODED.sub(lambda found: chr(int(found[1], 16)), cell)).strip()


def _number(cell: float) -> str:
    """Never with exactly three decimals, which would be read as thousands in an amount of money."""
    text = str(int(cell)) if cell.is_integer() else str(cell)
    return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text


def _record(row: dict[str, str]) -> dict[str, Any]:
    rows = {name: list(_split(name, row.get(name, ""))) for name in PARTS}
    ways = [
        {
            "KENH": way["KENH"],
            "THOIGIAN": {
                "THOIGIANGIAIQUYET": way["THOIGIANGIAIQUYET"],
                "DONVITINH": way["DONVITINH"],
                "MOTA": way["MOTA"],
                "PHILEPHI": [{"SOTIEN": way["SOTIEN"], "MOTA": way["GHICHUPHI"]}]
                if way["SOTIEN"] or way["GHICHUPHI"]
                else [],
            },
        }
        for way in rows["CACHTHUC"]
    ]
    own = {name: row[name] for name in OF_OUR_OWN if name in row}
    return (
        {name: row.get(name, "") for name in TEXTS}
        | own
        | {
            "LINHVUCTHUCHIEN": {"TENLINHVUC": row.get("TENLINHVUC", "")},
            "TRINHTUTHUCHIEN": {"TRINHTU": [{"TENTRINHTU": text} for text in _lines(row.get("TRINHTU", ""))]},
            "CACHTHUCTHUCHIEN": ways,
            "THANHPHANHOSO": [{"TRUONGHOP": paper["TRUONGHOP"], "GIAYTO": [paper]} for paper in rows["GIAYTO"]],
            "CANCUPHAPLY": rows["CANCUPHAPLY"],
            "COQUANTHUCHIEN": [{"TENDONVI": text} for text in _lines(row.get("COQUANTHUCHIEN", ""))],
            "KETQUATHUCHIEN": [{"TENKETQUA": text} for text in _lines(row.get("KETQUATHUCHIEN", ""))],
        }
    )


def _split(name: str, text: str) -> Iterator[dict[str, str]]:
    for one in _whole_lines(text):
        parts = [_unescaped(part).strip() for part in _BAR.split(one)]
        if any(parts[len(PARTS[name]) :]):
            params = {"column": name, "n": len(PARTS[name]), "text": one[:60]}
            raise Unreadable(
                _("Cột %(column)s: “%(text)s” có quá %(n)s phần; dấu | trong nội dung viết là \\|.") % params
            )
        yield dict.fromkeys(PARTS[name], "") | dict(zip(PARTS[name], parts, strict=False))


def _lines(text: str) -> list[str]:
    return [_unescaped(one) for one in _whole_lines(text)]


def _whole_lines(text: str) -> list[str]:
    return [line for one in text.split("\n") if (line := one.strip())]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def write_records(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Writes records of `procedures.national.writing` as `read_records` reads them: JSON, or a sheet if the name ends
    in .xlsx."""
    if path.suffix.lower() != ".xlsx":
        path.write_text(json.dumps(list(records), ensure_ascii=False, indent=1), encoding="utf-8")
        return
    heads = (*TEXTS, *LISTS, *OF_OUR_OWN)
    with Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([dict(zip(heads, heads, strict=True)), *map(_row, records)]):
            for place, head in enumerate(heads):
                sheet.write_string(number, place, plain_lines(row[head]))


def _row(record: Mapping[str, Any]) -> dict[str, str]:
    """One record as cells by column."""
    ways = [(way["KENH"], way["THOIGIAN"]) for way in record["CACHTHUCTHUCHIEN"]]
    return {name: record[name] for name in (*TEXTS, *OF_OUR_OWN)} | {
        "TENLINHVUC": record["LINHVUCTHUCHIEN"]["TENLINHVUC"],
        "TRINHTU": _joined([step["TENTRINHTU"]] for step in record["TRINHTUTHUCHIEN"]["TRINHTU"]),
        "CACHTHUC": _joined(
            [
                way,
                *(time[name] for name in ("THOIGIANGIAIQUYET", "DONVITINH")),
                fee["SOTIEN"],
                time["MOTA"],
                fee["MOTA"],
            ]
            for way, time in ways
            for fee in time["PHILEPHI"] or [{"SOTIEN": "", "MOTA": ""}]
        ),
        "GIAYTO": _joined(
            [*(paper[name] for name in PARTS["GIAYTO"][:-1]), case["TRUONGHOP"]]
            for case in record["THANHPHANHOSO"]
            for paper in case["GIAYTO"]
        ),
        "CANCUPHAPLY": _joined([law[name] for name in PARTS["CANCUPHAPLY"]] for law in record["CANCUPHAPLY"]),
        "COQUANTHUCHIEN": _joined([office["TENDONVI"]] for office in record["COQUANTHUCHIEN"]),
        "KETQUATHUCHIEN": _joined([result["TENKETQUA"]] for result in record["KETQUATHUCHIEN"]),
    }


def _joined(items: Iterable[list[str]]) -> str:
    return "\n".join(" | ".join(map(_escaped, item)) for item in items)


def _escaped(text: str) -> str:
    return plain_lines(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _letters(place: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
