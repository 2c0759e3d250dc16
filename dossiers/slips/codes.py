"""Code 128 barcodes as SVG with a single path, which is fast to make and to typeset. Pure."""

from __future__ import annotations

import re
from typing import Any

from barcode import Code128

from units.texts.typesetting import svg_of

QUIET = 10
"""Blank modules on each side of the bars, required by scanners."""

_LIST = re.compile(r"\s*BG-([0-9]{1,9})\s*", re.IGNORECASE)


def list_code(key: int) -> str:
    """The barcode of a hand-over list; differs from every dossier code."""
    return f"BG-{key}"


def list_key(scanned: str) -> int | None:
    """The primary key of the hand-over list whose barcode was scanned; None for anything else."""
    read = _LIST.fullmatch(scanned)
    return int(read[1]) if read else None


def bars(code: str) -> dict[str, Any]:
    """Returns {"svg": Code 128 of `code`, one unit wide per module; "modules": their number with the blank ones}."""
    (pattern,) = Code128(code).build()
    path = "".join(f"M{run.start() + QUIET} 0h{len(run[0])}v1h-{len(run[0])}z" for run in re.finditer("1+", pattern))
    modules = len(pattern) + 2 * QUIET
    return {"svg": svg_of(modules, 1, path), "modules": modules}
