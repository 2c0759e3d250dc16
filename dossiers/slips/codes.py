"""Code 128 and QR as SVG of a single path: fast to make, fast to set. Pure."""

from __future__ import annotations

import re
from typing import Any

import segno
from barcode import Code128

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
    return {"svg": _svg(modules, 1, path), "modules": modules}


def qr(text: str) -> str:
    """QR of `text` as SVG, error level M: a fold across it may be read still.

    One mask for all: scanners read any of the eight, the search for the best one takes four fifths of the time, and
    for addresses like ours it nearly always ends here.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, mask=2).matrix_iter(border=2)]
    path = "".join(
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in re.finditer(rb"\x01+", row)
    )
    return _svg(len(rows), len(rows), path)


def _svg(width: int, height: int, path: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' preserveAspectRatio="none" shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
