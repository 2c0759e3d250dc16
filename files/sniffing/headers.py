"""Reads from its header how large a file would unfold. Decodes nothing; a hostile header costs no time. Pure.

Not by Pillow, which only `files/cleaning/worker.py` may import: this is shorter, and bounded where Pillow follows
whatever a header says.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

from files.faults import Fault, Unfit
from files.kinds import Kind
from files.limits import MOST_PAGES, MOST_PIXELS, MOST_PIXELS_IN_ALL

PDF_END: Final = b"%%EOF"
_TRAILER: Final = 4096
"""Bytes at both ends of a PDF that hold its trailers."""

_ENCRYPTED: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_PNG_HEADER: Final = struct.Struct(">8xI4sII")
_MOST_SEGMENTS: Final = 2_000  # of a JPEG before its points; cameras write some thirty
_MOST_TAGS: Final = 1_000  # of a page in a TIFF; scanners write some thirty
_FRAME_MARKS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARK: Final = re.compile(rb"\xff[^\xff\0]")
_SCAN_MARK: Final = 0xDA
_BARE_MARKS: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_WIDTH, _HEIGHT = 256, 257
_NUMBERS: Final = {1: "B", 3: "H", 4: "I"}  # TIFF's types of whole numbers


def check_head(data: bytes, kind: Kind) -> list[int]:
    """The pixels of each page of a picture; empty for a document. Raises Unfit."""
    if kind is Kind.PDF:
        _check_pdf(data)
        return []
    if kind is Kind.DOCX:
        return []
    try:
        pages = _measured(data, kind)
    except (struct.error, IndexError) as broken:
        raise Unfit(Fault.BROKEN) from broken
    if not pages or not all(pages):
        raise Unfit(Fault.BROKEN)
    if max(pages) > MOST_PIXELS or sum(pages) > MOST_PIXELS_IN_ALL:
        raise Unfit(Fault.TOO_MANY_PIXELS, most=MOST_PIXELS // 1_000_000)
    return pages


def _check_pdf(data: bytes) -> None:
    if PDF_END not in data[-1024:]:
        raise Unfit(Fault.BROKEN)
    if _ENCRYPTED.search(data[:_TRAILER]) or _ENCRYPTED.search(data[-_TRAILER:]):
        raise Unfit(Fault.ENCRYPTED)


def _measured(data: bytes, kind: Kind) -> list[int]:
    if kind is Kind.PNG:
        length, name, width, height = _PNG_HEADER.unpack_from(data)
        return [width * height] if (length, name) == (13, b"IHDR") else []
    return [_jpeg(data)] if kind is Kind.JPEG else list(_tiff(data))


def _jpeg(data: bytes) -> int:
    """Of the largest frame declared before the pixels begin; 0 where there is none."""
    place, pixels = 2, 0
    for _segment in range(_MOST_SEGMENTS):
        found = _MARK.search(data, place)
        if found is None:
            return 0
        place, mark = found.end() - 2, data[found.end() - 1]
        if mark == _SCAN_MARK:
            return pixels
        if mark in _FRAME_MARKS:
            height, width = struct.unpack_from(">HH", data, place + 5)
            pixels = max(pixels, width * height)
        place += 2 if mark in _BARE_MARKS else 2 + max(2, struct.unpack_from(">H", data, place + 2)[0])
    return 0


def _tiff(data: bytes) -> Iterator[int]:
    order = "<" if data[:1] == b"I" else ">"
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    seen: set[int] = set()
    while place and place not in seen:
        if len(seen) == MOST_PAGES:
            raise Unfit(Fault.TOO_MANY_PAGES, most=MOST_PAGES)
        seen.add(place)
        (tags,) = struct.unpack_from(f"{order}H", data, place)
        if tags > _MOST_TAGS:
            raise Unfit(Fault.BROKEN)
        yield _page(data, order, place + 2, tags)
        (place,) = struct.unpack_from(f"{order}I", data, place + 2 + 12 * tags)


def _page(data: bytes, order: str, place: int, tags: int) -> int:
    sides = {_WIDTH: 0, _HEIGHT: 0}
    for at in range(place, place + 12 * tags, 12):
        tag, sort, _count = struct.unpack_from(f"{order}HHI", data, at)
        if tag in sides and sort in _NUMBERS:
            (sides[tag],) = struct.unpack_from(f"{order}{_NUMBERS[sort]}", data, at + 8)
    return sides[_WIDTH] * sides[_HEIGHT]
