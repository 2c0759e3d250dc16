"""Checks Word documents (.docx), which are stored only as blank forms and only if plain.

Nothing is removed: a document with macros, embedded objects or parts fetched from elsewhere is refused, and its author
saves it without. Office Open XML, ECMA-376 parts 1 and 2.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import Final
from xml.parsers import expat

from files.faults import Fault, Unfit

MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 100_000_000  # bytes
NEEDED: Final = ("[Content_Types].xml", "word/document.xml")
ACTIVE: Final = re.compile(r"vbaproject|vbadata|activex|/embeddings/|\.(?:bin|exe|dll|js|vbs|ole)$", re.IGNORECASE)
MACROS: Final = b"macroenabled"
_LINKS: Final = ("http://", "https://", "mailto:", "tel:")


def check_word(data: bytes) -> int:
    """The number of pages that its program counted, at least 1. Raises Unfit."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            _check_parts(packed)
            for name in packed.namelist():
                if name.endswith((".xml", ".rels")):
                    _check_xml(packed.read(name), is_relations=name.endswith(".rels"))
            return _pages(packed)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, EOFError) as broken:
        raise Unfit(Fault.BROKEN) from broken
    except (RuntimeError, NotImplementedError) as locked:  # a part with a password, or packed in a strange way
        raise Unfit(Fault.ENCRYPTED) from locked


def _check_parts(packed: zipfile.ZipFile) -> None:
    """It ends where the archive ends, no name is repeated, and nothing in it is active."""
    parts = packed.infolist()
    names = [part.filename for part in parts]
    if any(name not in names for name in NEEDED):
        raise Unfit(Fault.ARCHIVE)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit(Fault.TOO_HARD)
    if len(set(names)) < len(names) or packed.testzip() is not None:
        raise Unfit(Fault.BROKEN)
    if any(ACTIVE.search(f"/{name}") for name in names) or MACROS in packed.read(NEEDED[0]).lower():
        raise Unfit(Fault.ACTIVE_WORD)


def _check_xml(text: bytes, *, is_relations: bool) -> None:
    """Well-formed, without a document type, with links only to web addresses."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if is_relations:
        parser.StartElementHandler = _check_relation
    parser.Parse(text, True)


def _refuse_doctype(*_declared: object) -> None:
    raise Unfit(Fault.ACTIVE_WORD)


def _check_relation(_name: str, attributes: dict[str, str]) -> None:
    if attributes.get("TargetMode", "") != "External":
        return
    is_link = attributes.get("Type", "").endswith("/hyperlink")
    if not (is_link and attributes.get("Target", "").strip().lower().startswith(_LINKS)):
        raise Unfit(Fault.ACTIVE_WORD)


def _pages(packed: zipfile.ZipFile) -> int:
    properties = packed.read("docProps/app.xml") if "docProps/app.xml" in packed.namelist() else b""
    found = re.search(rb"<(?:\w+:)?Pages>(\d{1,4})</", properties)
    return max(1, int(found[1])) if found else 1
