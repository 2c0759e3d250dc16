"""The kinds of file that are accepted, and a cleaned file. Pure: no Django, no decoder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    DOCX = "docx"  # only where a blank form is meant


ENDINGS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.PDF: ("pdf",),
    Kind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    Kind.PNG: ("png",),
    Kind.TIFF: ("tif", "tiff"),
    Kind.DOCX: ("docx",),
}
"""How names of each kind end; the first is the one we give."""

MIME: Final[dict[Kind, str]] = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.TIFF: "image/tiff",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


SCANS: Final = (Kind.PDF, Kind.JPEG, Kind.PNG, Kind.TIFF)
FORMS: Final = (Kind.PDF, Kind.DOCX)
"""What is taken as the scan of a paper, and as a form to fill in."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A cleaned file. `pixels` of all pages together; None for a document."""

    kind: Kind
    data: bytes
    pages: int
    pixels: int | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()
