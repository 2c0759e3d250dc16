"""Pages set by typst into PDF: data in, bytes out. No database and no clock.

A page is a typst file of ours; all values reach it as JSON, so nothing that was typed can act as markup. The files are
archivable (PDF/A-2b).
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import fontpkg_be_vietnam_pro
import segno
import typst

ROOT: Final = Path(__file__).parents[2]
"""Pages name one another from here: "/dossiers/data/slips/common.typ"."""
FONTS: Final = typst.Fonts(
    include_system_fonts=False,
    include_embedded_fonts=False,
    font_paths=[Path(str(fontpkg_be_vietnam_pro.__file__)).with_name("files")],
)
LARGE: Final = 300_000
REMEMBERED: Final = 10


def compiled(page: Path, data: dict[str, Any], *, tagged: bool = True) -> bytes:
    """What a page makes of the data, as a PDF/A-2b file.

    `tagged`: with the structure that screen readers follow; in a table of thousands it outweighs the table.
    """
    made: bytes = typst.compile(
        page,
        root=ROOT,
        font_paths=FONTS,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards="a-2b",
        pdf_tags=tagged,
    )
    if len(made) > LARGE:
        _forget()
    return made


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
    return svg_of(len(rows), len(rows), path)


def svg_of(width: int, height: int, path: str) -> str:
    """A drawing of one path in modules."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' preserveAspectRatio="none" shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )


def _forget() -> None:
    """Let go of the pages just set: typst remembers them through its next ten files, of large ones gigabytes."""
    for _ in range(REMEMBERED + 2):
        typst.compile(b"", font_paths=FONTS, ignore_system_fonts=True)
