"""Cleans one file. Decoders are imported here and nowhere else: see `files/cleaning/isolation.py`.

`python -m files.cleaning.worker pdf` reads what claims to be a PDF and writes one line of JSON, then the cleaned
bytes. It has little memory and time, knows no password, and cannot open any file. Pure: no Django.
"""

from __future__ import annotations

import codecs
import json
import logging
import os
import resource
import sys
import warnings
from collections.abc import Sequence
from typing import Final

from PIL import Image

from files.cleaning.pdfs import rewrite_pdf
from files.cleaning.pictures import redraw_picture
from files.cleaning.word import check_word
from files.faults import Unfit
from files.kinds import SCANS, Clean, Kind
from files.limits import MOST_MEMORY, MOST_SECONDS
from files.sniffing.content import kind_of

BELOW_THE_WEB: Final = 10
"""Pages are served first where both want the processor."""

OPEN_FILES: Final = 3
"""Standard input, output and error."""

CODECS: Final = ("ascii", "latin-1", "cp437", "cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le")
"""Of names in archives, of texts in PDFs and of what cameras write."""


def clean(data: bytes, claimed: str, taken: Sequence[Kind] = SCANS) -> Clean:
    """Determines the kind, removes what nobody sees, and opens the result again. Raises Unfit.

    `claimed` is the file name's ending ("pdf"), which must agree with the kind; empty claims nothing. `taken` are the
    kinds accepted here.
    """
    kind = kind_of(data, claimed, taken)
    if kind is Kind.PDF:
        made, pages = rewrite_pdf(data)
        return Clean(kind, made, pages, None)
    if kind is Kind.DOCX:
        return Clean(kind, data, check_word(data), None)
    made, pages, pixels = redraw_picture(data, kind)
    return Clean(kind, made, pages, pixels)


def main(claimed: str, *taken: str) -> None:
    limit_this_process()
    warnings.simplefilter("ignore")  # Pillow warns of many pixels before we refuse them
    logging.disable()
    try:
        made = clean(sys.stdin.buffer.read(), claimed, [Kind(one) for one in taken] or SCANS)
    except Unfit as unfit:
        _write({"fault": unfit.fault, "facts": unfit.facts}, b"")
    else:
        _write({"kind": made.kind, "pages": made.pages, "pixels": made.pixels}, made.data)


def limit_this_process() -> None:
    """Loads what decoders would load later; then nothing more can be opened, no file (secrets are files) and no
    connection."""
    Image.preinit()
    for name in CODECS:
        codecs.lookup(name)
    os.nice(BELOW_THE_WEB)
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def _write(header: dict[str, object], data: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
