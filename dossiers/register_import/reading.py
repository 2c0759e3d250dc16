"""Reads the rows of a register file: CSV in the usual Vietnamese encodings, or a workbook."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

from dossiers.register_import.mapping import AUTO, FIELDS, RegisterMapping, same_text
from files.sheets.faults import FileFault, UnusableFile
from files.sheets.reading import OLD_EXCEL, Cell, sheet_rows

NumberedRow = tuple[int, list[Cell]]
"""Row number as a spreadsheet shows it, and the cells."""

HEAD: Final = 30
"""The titles are in one of the first rows, below the names of office and book."""
SAMPLE: Final = 4 << 20
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Table:
    """`places`: column index of each field; `titles`: its title; `width`: columns of the head; `rows`: the non-blank
    rows below the head."""

    places: dict[str, int]
    titles: dict[str, str]
    width: int
    rows: Iterator[NumberedRow]


def read_table(path: Path, mapping: RegisterMapping) -> Table:
    """Opens a file and finds its columns. Raises UnusableFile, also while iterating over `rows`."""
    rows = (row for row in _rows_of(path, mapping) if any(cell != "" for cell in row[1]))
    head = list(islice(rows, HEAD))
    if not head:
        raise UnusableFile(FileFault.EMPTY)
    titles = _head_row(head, mapping)
    places = _places(titles[1], mapping)
    names = {field: _text(titles[1][place]) if place < len(titles[1]) else "" for field, place in places.items()}
    below = chain((row for row in head if row[0] > titles[0]), rows)
    first = next(below, None)
    if first is None:
        raise UnusableFile(FileFault.NO_ROWS)
    width = max(len(titles[1]), *(place + 1 for place in places.values()))
    return Table(places, names, width, chain([first], below))


def _rows_of(path: Path, mapping: RegisterMapping) -> Iterator[NumberedRow]:
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
    except OSError as error:
        raise UnusableFile(FileFault.NO_FILE, path=path) from error
    if not sample:
        raise UnusableFile(FileFault.EMPTY)
    if sample.startswith(OLD_EXCEL):
        raise UnusableFile(FileFault.OLD_EXCEL)
    if sample.startswith(b"PK\x03\x04") or path.suffix.lower() == ".xlsx":
        return sheet_rows(path, mapping.sheet)
    encoding = _encoding(sample) if mapping.encoding == AUTO else mapping.encoding
    delimiter = _delimiter(sample.decode(encoding, "replace")) if mapping.delimiter == AUTO else mapping.delimiter
    return _csv_rows(path, encoding, delimiter)


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    """Undecodable bytes become U+FFFD, by which `checking` rejects the row."""
    number = 0
    with closing(path.open(encoding=encoding, errors="replace", newline="")) as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter), 1):
                yield number, cells  # type: ignore[misc]  # a list of texts is a list of cells
        except csv.Error as error:
            raise UnusableFile(FileFault.UNCLOSED, row=number + 1) from error


def _encoding(sample: bytes) -> str:
    """By the byte order mark; else UTF-16 where every second byte is zero; else UTF-8, unless most non-ASCII lines are
    invalid: then Windows-1258, the Vietnamese code page."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    start = sample[:4096]
    if start.count(0) * 4 > len(start):
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    accented = [line for line in sample.splitlines() if not line.isascii()][:-1] or sample.splitlines()
    return "utf-8" if sum(map(_is_utf8, accented)) * 2 >= len(accented) else "cp1258"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    """The most frequent delimiter of the first lines."""
    lines = sample.splitlines()[:HEAD]
    return max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def _head_row(rows: list[NumberedRow], mapping: RegisterMapping) -> NumberedRow:
    """The row of titles: as configured, else the first with the most titles."""
    if mapping.header_row:
        named = next((row for row in rows if row[0] >= mapping.header_row), None)
        if named is None:
            raise UnusableFile(FileFault.NO_ROWS)
        return named
    wanted = {same_text(title) for title in mapping.columns.values() if isinstance(title, str)}
    return max(rows, key=lambda row: (len(wanted & set(map(_title, row[1]))), -row[0]))


def _places(titles: Iterable[Cell], mapping: RegisterMapping) -> dict[str, int]:
    found = [_title(cell) for cell in titles]
    wanted = {field: mapping.columns[field] for field in FIELDS if field in mapping.columns}
    named = {field: title for field, title in wanted.items() if isinstance(title, str)}
    missing = [title for title in named.values() if same_text(title) not in found]
    if missing and len([title for title in found if title]) < 2:
        raise UnusableFile(FileFault.ONE_COLUMN)
    if missing:
        raise UnusableFile(FileFault.MISSING, columns=", ".join(dict.fromkeys(missing)))
    twice = [title for title in named.values() if found.count(same_text(title)) > 1]
    if twice:
        raise UnusableFile(FileFault.TWICE, columns=", ".join(dict.fromkeys(twice)))
    return {
        field: found.index(same_text(where)) if isinstance(where, str) else where - 1
        for field, where in wanted.items()
    }


def _title(cell: Cell) -> str:
    return same_text(_text(cell))


def _text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""
