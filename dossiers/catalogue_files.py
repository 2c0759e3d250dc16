"""Files of the national database of procedures: JSON as it comes, or a worksheet with one procedure a row.

Columns of the sheet are named as in a record, in any order; MATTHC and TENTTHC are needed. A cell of a list has one
item a line, its parts between bars:

    TRINHTU       step
    CACHTHUC      KENH | THOIGIANGIAIQUYET | DONVITINH | SOTIEN | MOTA
    GIAYTO        TENGIAYTO | SOBANCHINH | SOBANSAO | TENMAUDON | TRUONGHOP
    CANCUPHAPLY   SOVANBAN | TENVANBAN
    COQUANTHUCHIEN, KETQUATHUCHIEN   one name a line
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from dossiers.legacy.faults import UnusableFile
from dossiers.legacy.sheets import Cell, Odd, sheet_rows

MOST_BYTES: Final = 64 * 1024 * 1024
NEEDED: Final = ("MATTHC", "TENTTHC")
TEXTS: Final = ("MATTHC", "TENTTHC", "CAPTHUCHIEN", "MOTADOITUONGTHUCHIEN", "YEUCAU")
LISTS: Final = ("TENLINHVUC", "TRINHTU", "CACHTHUC", "GIAYTO", "CANCUPHAPLY", "COQUANTHUCHIEN", "KETQUATHUCHIEN")
PARTS: Final = {
    "CACHTHUC": ("KENH", "THOIGIANGIAIQUYET", "DONVITINH", "SOTIEN", "MOTA"),
    "GIAYTO": ("TENGIAYTO", "SOBANCHINH", "SOBANSAO", "TENMAUDON", "TRUONGHOP"),
    "CANCUPHAPLY": ("SOVANBAN", "TENVANBAN"),
}


class Unreadable(Exception):
    """The file as a whole cannot be used; the message says why, and names the cell where there is one."""


def read_records(path: Path) -> list[Any]:
    """The records in the order of the file, as `procedures.national` reads them. Raises Unreadable."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(_("Tệp quá lớn."))
        return list(_sheet_records(path)) if path.suffix.lower() == ".xlsx" else _json_records(path)
    except OSError as error:
        raise Unreadable(_("Không đọc được tệp %(path)s.") % {"path": path}) from error


def _json_records(path: Path) -> list[Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Tệp không phải JSON đọc được.")) from error
    if isinstance(stored, dict):
        wrapped = next((stored[name] for name in ("data", "result") if name in stored), [stored])
        stored = wrapped if isinstance(wrapped, list) else [wrapped]
    if not isinstance(stored, list):
        raise Unreadable(_("Tệp JSON không chứa danh sách thủ tục."))
    return stored


def _sheet_records(path: Path) -> Iterator[dict[str, Any]]:
    heads: list[str] = []
    try:
        for number, cells in sheet_rows(path, "", trusts_formulas=False):
            values = [_value(cell, number, place) for place, cell in enumerate(cells)]
            if not heads:
                heads = _heads(values)
            elif any(values):
                yield _record(dict(zip(heads, values, strict=False)))
    except UnusableFile as unusable:
        raise Unreadable(unusable.args[0]) from unusable


def _heads(values: list[str]) -> list[str]:
    heads = [value.upper() for value in values]
    if missing := [name for name in NEEDED if name not in heads]:
        raise Unreadable(_("Tệp thiếu cột: %(columns)s.") % {"columns": ", ".join(missing)})
    named = [head for head in heads if head]
    if twice := {head for head in named if named.count(head) > 1}:
        raise Unreadable(_("Hai cột cùng tiêu đề: %(columns)s.") % {"columns": ", ".join(sorted(twice))})
    if unknown := [head for head in named if head not in (*TEXTS, *LISTS)]:
        raise Unreadable(_("Không biết cột: %(columns)s.") % {"columns": ", ".join(unknown)})
    return heads


def _value(cell: Cell, row: int, place: int) -> str:
    if cell is Odd.FORMULA:
        raise Unreadable(_("Ô %(cell)s chứa công thức: hãy dán giá trị.") % {"cell": f"{_letters(place)}{row}"})
    if cell is Odd.MERGED:
        raise Unreadable(_("Ô %(cell)s bị gộp với ô khác: hãy bỏ gộp.") % {"cell": f"{_letters(place)}{row}"})
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell).strip()


def _record(row: dict[str, str]) -> dict[str, Any]:
    rows = {name: list(_split(name, row.get(name, ""))) for name in PARTS}
    ways = [
        {
            "KENH": way["KENH"],
            "THOIGIAN": {
                "THOIGIANGIAIQUYET": way["THOIGIANGIAIQUYET"],
                "DONVITINH": way["DONVITINH"],
                "MOTA": way["MOTA"],
                "PHILEPHI": [{"SOTIEN": way["SOTIEN"]}] if way["SOTIEN"] else [],
            },
        }
        for way in rows["CACHTHUC"]
    ]
    return {name: row.get(name, "") for name in TEXTS} | {
        "LINHVUCTHUCHIEN": {"TENLINHVUC": row.get("TENLINHVUC", "")},
        "TRINHTUTHUCHIEN": {"TRINHTU": [{"TENTRINHTU": text} for text in _lines(row.get("TRINHTU", ""))]},
        "CACHTHUCTHUCHIEN": ways,
        "THANHPHANHOSO": [{"TRUONGHOP": paper["TRUONGHOP"], "GIAYTO": [paper]} for paper in rows["GIAYTO"]],
        "CANCUPHAPLY": rows["CANCUPHAPLY"],
        "COQUANTHUCHIEN": [{"TENDONVI": text} for text in _lines(row.get("COQUANTHUCHIEN", ""))],
        "KETQUATHUCHIEN": [{"TENKETQUA": text} for text in _lines(row.get("KETQUATHUCHIEN", ""))],
    }


def _split(name: str, text: str) -> Iterator[dict[str, str]]:
    for one in _lines(text):
        parts = [part.strip() for part in one.split("|")]
        yield dict.fromkeys(PARTS[name], "") | dict(zip(PARTS[name], parts, strict=False))


def _lines(text: str) -> list[str]:
    return [kept for one in text.splitlines() if (kept := one.strip())]


def _letters(place: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
