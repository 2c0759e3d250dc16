"""Editions of the open data on disk: one folder each, outside of the web root, complete or absent.

`2026-10.1` is the first edition of everything until the end of October 2026. A folder never changes after it got its
name; its `edition.json` lists its content. The newest two are retained, so that downloads under way can finish.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month
from reporting.open_data.figures import FigureKey, Figures
from reporting.open_data.shortened_terms import ShortenedTerms

EDITIONS_RETAINED: Final = 2
CARD: Final = "edition.json"
_NAME: Final = re.compile(r"(\d{4})-(\d{2})\.(\d+)")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of an edition; `table` names the table whose rows it has, `packed` is its size compressed by gzip (0:
    there is none)."""

    name: str
    table: str
    media_type: str
    size: int
    packed: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What `edition.json` says. `rows` counts each table's rows; `levels` and `units` are the names of codes.

    `terms` is what was promised faster than the law on the day it was made.
    """

    name: str
    month: Month
    made_at: datetime
    files: Sequence[DataFile]
    rows: dict[str, int]
    figures: Figures
    levels: dict[str, list[str]]
    units: dict[str, str]
    terms: Sequence[ShortenedTerms]

    @property
    def folder(self) -> Path:
        return root() / self.name

    def file(self, name: str) -> DataFile | None:
        return next((file for file in self.files if file.name == name), None)

    def files_of(self, table: str) -> list[DataFile]:
        return [file for file in self.files if file.table == table]


def root() -> Path:
    return Path(settings.OPEN_DATA_DIR)


def names() -> list[str]:
    """Of all editions there are, the oldest first."""
    if not root().is_dir():
        return []
    found = (_NAME.fullmatch(folder.name) for folder in root().iterdir())
    keys = sorted(tuple(map(int, match.groups())) for match in found if match)
    return [f"{year:04}-{month:02}.{version}" for year, month, version in keys]


def latest() -> Edition | None:
    return read(names()[-1]) if names() else None


def find(name: str) -> Edition | None:
    """None unless there is an edition of exactly that name."""
    return read(name) if name in names() else None


def next_name(month: Month) -> str:
    """For one more edition of `month`."""
    of_month = [name for name in names() if name.startswith(f"{month}.")]
    return f"{month}.{int(of_month[-1].partition('.')[2]) + 1 if of_month else 1}"


def read(name: str) -> Edition | None:
    """Read from disk; None where it was just deleted."""
    try:
        data = json.loads((root() / name / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Edition(
        name=name,
        month=Month(*data["month"]),
        made_at=datetime.fromisoformat(data["made_at"]),
        files=[DataFile(**file) for file in data["files"]],
        rows=data["rows"],
        figures={FigureKey(*place): Counts(**counts) for place, counts in data["figures"]},
        levels=data["levels"],
        units=data["units"],
        terms=[ShortenedTerms(**terms) for terms in data["terms"]],
    )


def card(edition: Edition) -> str:
    """What `read` reads."""
    data: dict[str, Any] = {
        "month": [edition.month.year, edition.month.number],
        "made_at": edition.made_at.isoformat(),
        "files": [asdict(file) for file in edition.files],
        "rows": edition.rows,
        "figures": [[list(place), _counted(counts)] for place, counts in edition.figures.items()],
        "levels": edition.levels,
        "units": edition.units,
        "terms": [asdict(terms) for terms in edition.terms],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _counted(counts: Counts) -> dict[str, int]:
    return {name: n for name, n in asdict(counts).items() if n}
