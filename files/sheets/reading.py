"""Reads the rows of a worksheet (.xlsx) as a stream: memory does not grow with the number of rows and texts.

Office Open XML, ECMA-376 part 1: 18.3 worksheets, 18.4 shared strings, 18.17.4 dates as numbers. python-calamine does
not distinguish formulas from values, and a file of 5 KB can exhaust its memory: docs/adr/0008.
"""

from __future__ import annotations

import mmap
import re
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from lzma import LZMAError
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final, TypeVar
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from files.sheets.faults import FileFault, UnusableFile

OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Excel 97 begin, and those with a password."""
CHUNK: Final = 1 << 16
LONGEST: Final = 32_767
COLUMNS: Final = 16_384
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_LONGEST_MERGE: Final = 200
_DAYS_1904: Final = 1462


class NoValue(Enum):
    """Why a cell has no value of its own."""

    FORMULA = "formula"
    MERGED = "merged"


BROKEN: Final = (BadZipFile, expat.ExpatError, KeyError, ValueError, zlib.error, LZMAError, RuntimeError, EOFError)
"""How reading fails where a file is no workbook, lost a part, has a password or is packed in a strange way."""
Parsed = TypeVar("Parsed")
Cell = str | float | NoValue
"""Text, a number (a date is days since 1899-12-30), or neither."""


def sheet_rows(
    path: Path, name: str, *, trusts_formulas: bool = True, most_columns: int = COLUMNS, most_bytes: int = 0
) -> Iterator[tuple[int, list[Cell]]]:
    """Yields row number (from 1) and cells of the sheet with this name, or of the first visible one. Raises
    UnusableFile.

    A formula has the value it had when the sheet was saved, unless `trusts_formulas` is False. `most_bytes` limits the
    unpacked size, 0 does not.
    """
    try:
        with ZipFile(path) as file:
            if most_bytes and sum(part.file_size for part in file.infolist()) > most_bytes:
                raise UnusableFile(FileFault.TOO_LONG)
            part, is_1904 = _find_sheet(file, name)
            merged = _Merged(file, part)
            with _shared_strings(file) as strings, file.open(part) as stream:
                days = _DAYS_1904 if is_1904 else 0
                sheet = _Sheet(strings, days, trusts_formulas=trusts_formulas, most_columns=most_columns)
                for number, cells in _parsed(stream, sheet.parser, sheet.take_finished):
                    merged.mark(number, cells)
                    yield number, cells
    except BROKEN as error:
        raise UnusableFile(FileFault.NOT_EXCEL) from error


def sheets_not_read(path: Path) -> list[str]:
    """The names of all sheets but the one that `sheet_rows` reads without a name, hidden ones included."""
    try:
        with ZipFile(path) as file:
            sheets = _workbook(file)[0]
    except BROKEN as error:
        raise UnusableFile(FileFault.NOT_EXCEL) from error
    read = next((place for place, one in enumerate(sheets) if _is_visible(one)), None)
    return [one["name"] for place, one in enumerate(sheets) if place != read]


class _Sheet:
    """Parses the rows of a sheet."""

    def __init__(self, strings: _Strings, days: int, *, trusts_formulas: bool, most_columns: int) -> None:
        self.trusts_formulas = trusts_formulas
        self.most_columns = most_columns
        self.strings = strings
        self.days = days
        self.done: list[tuple[int, list[Cell]]] = []
        self.number = 0
        self.cells: list[Cell] = []
        self.kind = ""
        self.has_formula = False
        self.place = 0
        self.parts: list[str] | None = None
        self.text = ""
        self.parser = _parser(self._start, self._end, self._chars)

    def take_finished(self) -> list[tuple[int, list[Cell]]]:
        """The rows finished since the last call."""
        done, self.done = self.done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            reference = attributes.get("r")
            self.place = _column(reference.rstrip("0123456789")) if reference else len(self.cells)
            if self.place >= self.most_columns:
                raise ValueError("a row without end")
            self.kind, self.has_formula, self.text = attributes.get("t", "n"), False, ""
        elif tag in {"v", "t"}:
            self.parts = []
        elif tag == "f":
            self.has_formula = True
        elif tag == "row":
            self.number = int(attributes.get("r", self.number + 1))
            self.cells = []

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in {"v", "t"} and self.parts is not None:
            self.text += "".join(self.parts)
            self.parts = None
        elif tag == "c":
            if len(self.cells) <= self.place:
                self.cells.extend([""] * (self.place + 1 - len(self.cells)))
            self.cells[self.place] = self._value()
        elif tag == "row":
            self.done.append((self.number, self.cells))

    def _chars(self, text: str) -> None:
        if self.parts is not None:
            self.parts.append(text)
            if len(self.parts) > LONGEST:
                raise ValueError("a cell without end")

    def _value(self) -> Cell:
        if self.kind == "e" or (self.has_formula and not (self.text and self.trusts_formulas)):
            return NoValue.FORMULA
        if self.kind == "s":
            return self.strings[int(self.text)] if self.text else ""
        if self.kind == "n" and self.text:
            return float(self.text) + self.days
        return self.text.replace("T", " ").rstrip("Z") if self.kind == "d" else self.text


class _Merged:
    """The merged areas of a sheet. They follow its rows in the file, so they are read before."""

    def __init__(self, file: ZipFile, part: str) -> None:
        self.coming = sorted(_merged_areas(file, part), reverse=True)
        self.here: list[tuple[int, int, int, int]] = []

    def mark(self, number: int, cells: list[Cell]) -> None:
        """Marks every cell of an area but the first as without value."""
        while self.coming and self.coming[-1][0] <= number:
            self.here.append(self.coming.pop())
        if self.here:
            self.here = [area for area in self.here if area[2] >= number]
        for top, left, _bottom, right in self.here:
            cells.extend([""] * (right + 1 - len(cells)))
            for place in range(left + (top == number), right + 1):
                cells[place] = NoValue.MERGED


def _merged_areas(file: ZipFile, part: str) -> Iterator[tuple[int, int, int, int]]:
    """First row, first column, last row, last column; rows from 1, columns from 0."""
    rest = b""
    with file.open(part) as stream:
        while chunk := stream.read(CHUNK):
            end = 0
            for found in _MERGED.finditer(rest + chunk):
                left, top, right, bottom = found.groups()
                yield int(top), _column(left.decode()), int(bottom), _column(right.decode())
                end = found.end()
            rest = (rest + chunk)[end:][-_LONGEST_MERGE:]


class _Strings:
    """The shared texts by number, in a temporary file: a register has as many as it has names."""

    def __init__(self, file: IO[bytes], ends: array[int]) -> None:
        self.ends = ends
        self.data: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if ends[-1] else b""

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self.ends) - 1:
            raise ValueError("no such text")
        return self.data[self.ends[number] : self.ends[number + 1]].decode()


@contextmanager
def _shared_strings(file: ZipFile) -> Iterator[_Strings]:
    ends = array("Q", [0])
    with TemporaryFile() as file_of_texts:
        if "xl/sharedStrings.xml" in file.namelist():
            texts = _Texts()
            with file.open("xl/sharedStrings.xml") as stream:
                for text in _parsed(stream, texts.parser, texts.take_finished):
                    ends.append(ends[-1] + file_of_texts.write(text.encode()))
        file_of_texts.flush()
        yield _Strings(file_of_texts, ends)


class _Texts:
    """Parses the shared texts; leaves out phonetic readings (`rPh`)."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.parts: list[str] = []
        self.inside: set[str] = set()
        self.parser = _parser(self._start, self._end, self._chars)

    def take_finished(self) -> list[str]:
        done, self.done = self.done, []
        return done

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.inside.add(tag.rpartition(":")[2])

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        self.inside.discard(tag)
        if tag == "si":
            self.done.append("".join(self.parts))
            self.parts = []

    def _chars(self, text: str) -> None:
        if "t" in self.inside and "rPh" not in self.inside:
            self.parts.append(text)
            if len(self.parts) > LONGEST:
                raise ValueError("a text without end")


def _parser(start: Callable[..., None], end: Callable[..., None], chars: Callable[..., None]) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, chars
    parser.StartDoctypeDeclHandler = _refuse  # entities can expand without limit; no workbook has them
    return parser


def _refuse(*_declared: object) -> None:
    raise ValueError("a document type in a workbook")


def _parsed(stream: IO[bytes], parser: Any, take_finished: Callable[[], list[Parsed]]) -> Iterator[Parsed]:
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
        yield from take_finished()
    parser.Parse(b"", True)
    yield from take_finished()


def _column(letters: str) -> int:
    """The number of a column, from 0. Raises ValueError where no sheet has such a column."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= COLUMNS:
        raise ValueError("no such column")
    return number - 1


def _find_sheet(file: ZipFile, name: str) -> tuple[str, bool]:
    """The path of the sheet in the archive, and whether its days are counted from 1904."""
    sheets, settings, targets = _workbook(file)
    fitting = [one for one in sheets if (one["name"] == name if name else _is_visible(one))]
    if not fitting:
        raise UnusableFile(FileFault.NO_SHEET)
    relation = next((value for key, value in fitting[0].items() if key.endswith(":id")), "")
    target = targets[relation]
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part, settings.get("date1904", "0") in {"1", "true"}


def _is_visible(sheet: dict[str, str]) -> bool:
    return sheet.get("state", "visible") == "visible"


def _workbook(file: ZipFile) -> tuple[list[dict[str, str]], dict[str, str], dict[str, str]]:
    """Its sheets, its settings, and the target of each relation."""
    sheets: list[dict[str, str]] = []
    settings: dict[str, str] = {}
    targets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "sheet":
            sheets.append(attributes)
        elif tag == "workbookPr":
            settings.update(attributes)
        elif tag == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        with file.open(part) as stream:
            parser = _parser(start, lambda _tag: None, lambda _text: None)
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
    return sheets, settings, targets
