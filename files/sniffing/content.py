"""Determines the kind of a file by its first bytes, and whether it hides another. Ignores the browser's content type.
Pure.

A file that is of two kinds (an archive behind a photograph, a PDF inside a program) is refused: two programs would see
two different files.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from files.faults import Fault, Unfit
from files.kinds import ENDINGS, SCANS, Kind

PDF_MARK: Final = b"%PDF-"
PICTURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
)
PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
HEIC_BRANDS: Final = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc")
SCRIPTS: Final = (b"<?php", b"<script", b"<html", b"<!doctype")
LONGEST_ENDING: Final = 5


def kind_of(data: bytes, claimed: str, taken: Sequence[Kind] = SCANS) -> Kind:
    """The kind of a file of one kind only; its name must end in `claimed` or have no ending. Raises Unfit."""
    if not data:
        raise Unfit(Fault.EMPTY)
    if Kind.DOCX in taken and data.startswith(ARCHIVES[0]) and claimed in ENDINGS[Kind.DOCX]:
        return Kind.DOCX  # opening it finds what else it may be
    kind = Kind.PDF if data.startswith(PDF_MARK) else _picture(data)
    if kind is None:
        raise Unfit(_what_else(data))
    if kind not in taken:
        raise Unfit(Fault.NOT_A_FORM)
    _check_name(claimed, kind)
    _check_hides_nothing(data, kind)
    return kind


def ending(name: str) -> str:
    """The ending of a name in lower case: "pdf"; empty without one."""
    _stem, dot, last = name.rpartition(".")
    return last.lower() if dot and len(last) <= LONGEST_ENDING and last.isascii() and last.isalnum() else ""


def _picture(data: bytes) -> Kind | None:
    return next((kind for mark, kind in PICTURES if data.startswith(mark)), None)


def _what_else(data: bytes) -> Fault:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(PROGRAMS):
        return Fault.PROGRAM
    if data.startswith(ARCHIVES):
        return Fault.ARCHIVE
    if head.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"<!--")):
        return Fault.WEB_PAGE
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return Fault.HEIC
    return Fault.HIDDEN_PDF if PDF_MARK in data[:1024] else Fault.UNKNOWN


def _check_name(claimed: str, kind: Kind) -> None:
    if claimed and claimed not in ENDINGS[kind]:
        raise Unfit(Fault.WRONG_NAME, claimed=claimed, kind=kind.value.upper())


def _check_hides_nothing(data: bytes, kind: Kind) -> None:
    """Archives are found from their end, as archivers do; a picture contains neither scripts nor another document."""
    if zipfile.is_zipfile(BytesIO(data)):
        raise Unfit(Fault.HIDDEN_ARCHIVE)
    if kind is Kind.PDF:  # its text may quote a script; whatever no page shows is not written again
        return
    if PDF_MARK in data:
        raise Unfit(Fault.HIDDEN_PDF)
    lower = data.lower()
    if any(mark in lower for mark in SCRIPTS):
        raise Unfit(Fault.HIDDEN_SCRIPT)
