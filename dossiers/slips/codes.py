"""Code 128 as SVG of a single path: fast to make, fast to set. Pure."""

from __future__ import annotations

import re
from typing import Any

from barcode import Code128

from units.texts.typesetting import svg_of

QUIET = 10
"""Modules without ink on each side of the bars; a scanner needs them."""

_LIST = re.compile(r"\s*BG-([0-9]{1,9})\s*", re.IGNORECASE)


def list_code(key: int) -> str:
    """What the bars of a hand-over list say: no code of a dossier looks like it."""
    return f"BG-{key}"


def list_key(scanned: str) -> int | None:
    """The key of the hand-over list whose bars were scanned; None for anything else."""
    read = _LIST.fullmatch(scanned)
    return int(read[1]) if read else None


def bars(code: str) -> dict[str, Any]:
    """{"svg": Code 128 of `code`, one unit wide per module, to be stretched; "modules": how many, quiet ones too}."""
    (pattern,) = Code128(code).build()
    path = "".join(f"M{run.start() + QUIET} 0h{len(run[0])}v1h-{len(run[0])}z" for run in re.finditer("1+", pattern))
    modules = len(pattern) + 2 * QUIET
    return {"svg": svg_of(modules, 1, path), "modules": modules}
