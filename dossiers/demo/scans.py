"""A handful of scans in the demo: pages that name a paper and nobody, through the same cleaning as any upload."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import typst
from django.core.files.base import ContentFile
from PIL import Image

from dossiers.clock.states import EventKind
from dossiers.models import Dossier
from dossiers.scans.actions import add_scans
from dossiers.scans.paper_rows import listed_papers
from units.texts.typesetting import FONTS

PAGE: Final = Path(__file__).parents[1] / "data" / "demo_scan.typ"
DOTS_PER_INCH: Final = 100
ASKEW: Final = 1.2  # degrees; nobody lays a sheet down straight
NEWEST: Final = 2
RESULT: Final = "Kết quả giải quyết"


def scan_papers(*, shown: Sequence[str]) -> int:
    """Scan the first paper of the dossiers with these codes and of the newest ones at the tenant's desk, and the
    result of those that have one; how many scans there are then."""
    listed = Dossier.objects.with_papers().select_related("registered_by")
    newest = listed.open().filter(desk__parent__is_tenant=True, documents__isnull=False, received_at__isnull=False)
    ordered = newest.distinct().order_by("-received_at", "pk")[:NEWEST]
    return sum(_scan(dossier) for dossier in [*listed.filter(code__in=shown).order_by("pk"), *ordered])


def _scan(dossier: Dossier) -> int:
    made = 0
    papers = listed_papers(dossier)
    if papers and dossier.received_at:
        name = papers[0]["name"]
        upload = ContentFile(_pdf(name, dossier.code), name="to-khai.pdf")
        by = dossier.registered_by
        made += len(add_scans(dossier=dossier, uploads=[upload], paper=name, actor=by, at=dossier.received_at))
    if dossier.finished_at:
        upload = ContentFile(_photograph(RESULT, dossier.code), name="ket-qua.jpg")
        by = dossier.events.filter(kind=EventKind.FINISHED).latest("number").actor
        made += len(add_scans(dossier=dossier, uploads=[upload], is_result=True, actor=by, at=dossier.finished_at))
    return made


def _pdf(name: str, code: str) -> bytes:
    return _page(name, code, "pdf")


def _photograph(name: str, code: str) -> bytes:
    """The page as a scanner without a feeder takes it."""
    with Image.open(BytesIO(_page(name, code, "png"))) as drawn:
        grey = drawn.convert("L").rotate(ASKEW, fillcolor=235)
    out = BytesIO()
    grey.save(out, "JPEG", quality=70, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()


def _page(name: str, code: str, form: Literal["pdf", "png"]) -> bytes:
    made: bytes = typst.compile(
        PAGE,
        font_paths=FONTS,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({"name": name, "code": code}, ensure_ascii=False)},
        format=form,
        ppi=DOTS_PER_INCH if form == "png" else None,
    )
    return made
