"""Renews the pictures and lines in tests/dossiers/slips/golden from the slips. Look at every picture afterwards.

    .venv/bin/python script/golden_slips.py

Needs pdftoppm (the package poppler-utils). No server is asked.
"""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

from no_engines import django_without_engines

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

GOLDEN = ROOT / "tests" / "dossiers" / "slips" / "golden"
DOTS_AN_INCH = 80
COLOURS = 16


def main() -> None:
    with django_without_engines():
        _renew()


def _renew() -> None:
    from tests.dossiers.slips.slip_samples import GOLDEN as PAPERS
    from tests.dossiers.slips.slip_samples import lines_of

    GOLDEN.mkdir(exist_ok=True)
    for name, printed in PAPERS.items():
        pdf = printed()
        (GOLDEN / f"{name}.txt").write_text("\n".join(lines_of(pdf)) + "\n", encoding="utf-8")
        size = _draw(pdf, GOLDEN / f"{name}.png")
        print(f"{name:<12}{size / 1024:5.0f} KB")


def _draw(pdf: bytes, to: Path) -> int:
    """The first page as a small picture; returns its size in bytes."""
    from PIL import Image

    command = ["pdftoppm", "-r", str(DOTS_AN_INCH), "-f", "1", "-l", "1", "-png"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    Image.open(BytesIO(drawn)).convert("RGB").quantize(COLOURS).save(to, optimize=True)
    return to.stat().st_size


if __name__ == "__main__":
    main()
