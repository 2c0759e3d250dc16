"""Makes editions. PostgreSQL selects and writes the rows block by block, so memory stays flat at any size.

One edition a month, when the month is over: the difference of two nightly editions would reveal to the day what was
finished in between, whatever detail the rows leave out.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from complaints.clock.states import SETTLEMENTS
from dossiers.clock.states import WAITING
from files.sheets.formulas import FORMULA_SIGNS
from reporting.definitions.periods import Month
from reporting.definitions.targets import PUBLISH_FROM
from reporting.open_data import editions
from reporting.open_data.dictionary import (
    CODE_LISTS,
    FACTS,
    FIGURES,
    LICENCE,
    MOST_DAYS,
    TABLES,
    DataColumn,
    DataTable,
)
from reporting.open_data.editions import DataFile, Edition
from reporting.open_data.figures import (
    Figures,
    first_recent,
    from_rows,
    from_tallies,
    named_offices,
    named_units,
    row_of,
)
from reporting.open_data.rows_sql import COUNTED, SELECTS
from reporting.open_data.shortened_terms import shortened_terms
from reporting.rollup.actions import CONSTANTS
from reporting.rollup.cases import PETITION_KINDS
from units.models import Unit, UnitKind
from units.texts.wording import day_of

logger = structlog.get_logger(__name__)

DUE_AT: Final = timedelta(hours=3)
"""An edition is made from this hour of the first day after its month."""

CSV, JSONL, JSON, PYTHON, TEXT = "text/csv", "application/x-ndjson", "application/json", "text/x-python", "text/plain"
RECOMPUTE: Final = Path(__file__).with_name("recompute.py")
_LOCK: Final = 20261126
_CHUNK: Final = 1 << 20
_MAKING: Final = ".making"
_FORMULA_SQL: Final = f"({', '.join(f'chr({ord(sign)})' for sign in FORMULA_SIGNS)})"
# One column without any quoting: a line of JSON has neither of these two characters.
_LINES: Final = "FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'"


class DoesNotAddUp(Exception):
    """The rows do not add up to the public figures; nothing is published."""


def make_due_edition(*, at: datetime) -> Edition | None:
    """Make the edition of the last month that is over; None where it exists already."""
    month = Month.of(at - DUE_AT).plus(-1)
    if any(name.startswith(f"{month}.") for name in editions.names()):
        return None
    return make_edition(month, at=at)


@transaction.atomic
def make_edition(month: Month, *, at: datetime) -> Edition | None:
    """Make one more edition of `month`, which must be over; None while somebody else is making one.

    Raises DoesNotAddUp, and leaves everything as it was, when rows and figures differ.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SET LOCAL work_mem = '64MB'")
        rows = _select_rows(cursor, month)
        figures = _verified_figures(cursor, month)
        with _new_folder() as folder:
            files = _write_everything(cursor, folder, month, figures)
            edition = Edition(
                name=editions.next_name(month),
                month=month,
                made_at=at,
                files=files,
                rows=rows | {FIGURES.name: len(figures)},
                figures=figures,
                levels={kind.code: [kind.name, kind.name_en] for kind in UnitKind.objects.all()},
                units=_names(figures),
                terms=shortened_terms(day_of(at)),
            )
            (folder / editions.CARD).write_text(editions.card(edition), encoding="utf-8")
            folder.rename(edition.folder)
    _delete_old()
    logger.info("open_data_made", edition=edition.name, rows=rows)
    return edition


def _select_rows(cursor: CursorWrapper, month: Month) -> dict[str, int]:
    """Every table's rows as a temporary table; how many each has."""
    units, offices = named_units(month), named_offices(month)
    values = CONSTANTS | {
        "waiting": sorted(WAITING),
        "cut": month.end,
        "recent": first_recent(month).start,
        "enough": PUBLISH_FROM,
        "most_days": MOST_DAYS,
        "named_recent": list(units.recent),
        "named_earlier": list(units.earlier),
        "legs_recent": list(offices.recent),
        "legs_earlier": list(offices.earlier),
        "petitions": [kind.value for kind in PETITION_KINDS],
        "settled": sorted(SETTLEMENTS),
    }
    rows = {}
    for name, select in SELECTS.items():
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
        cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ON COMMIT DROP AS {select}', values)
        cursor.execute(f'SELECT count(*) FROM "{name}"')
        rows[name] = cursor.fetchone()[0]
    return rows


def _verified_figures(cursor: CursorWrapper, month: Month) -> Figures:
    """The public figures, after checking that the rows give the same. Raises DoesNotAddUp."""
    published = from_tallies(month, named_units(month))
    cursor.execute(COUNTED)
    counted = from_rows(cursor.fetchall())
    if published != counted:
        differing = [key for key in published.keys() | counted if published.get(key) != counted.get(key)]
        raise DoesNotAddUp(f"{len(differing)} figures of {month} differ, such as {min(differing)}")
    return published


@contextmanager
def _new_folder() -> Iterator[Path]:
    """A folder to fill and to rename, removed on failure. The holder of the lock also removes leftovers of a crash."""
    folder = editions.root() / _MAKING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_everything(cursor: CursorWrapper, folder: Path, month: Month, figures: Figures) -> list[DataFile]:
    files = [file for table in (*FACTS, *CODE_LISTS) for file in _write_rows(cursor, folder, table)]
    files += [
        _write(folder / f"{FIGURES.name}.csv", FIGURES.name, CSV, _figures_csv(figures)),
        *(_write(folder / f"{table.name}.schema.json", "", JSON, _json(table.schema)) for table in TABLES),
        _write(folder / RECOMPUTE.name, "", PYTHON, RECOMPUTE.read_text(encoding="utf-8")),
    ]
    files.append(_write(folder / "datapackage.json", "", JSON, _json(_package(month, files))))
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return [*files, _write(folder / "SHA256SUMS", "", TEXT, sums)]


def _write_rows(cursor: CursorWrapper, folder: Path, table: DataTable) -> Iterator[DataFile]:
    """The table as CSV and as JSON Lines, in the order of what is printed: an order that says nothing more."""
    names = ", ".join(column.name for column in table.columns)
    ordered = f'SELECT {names} FROM "{table.name}" ORDER BY {", ".join(map(_sorted, table.columns))}'
    cells = ", ".join(map(_cell, table.columns))
    for ending, media_type, query, form in (
        ("csv", CSV, f"SELECT {cells} FROM ({ordered}) AS told", "FORMAT csv, HEADER"),
        ("jsonl", JSONL, f"SELECT row_to_json(told) FROM ({ordered}) AS told", _LINES),
    ):
        path = folder / f"{table.name}.{ending}"
        with path.open("xb") as file, cursor.copy(f"COPY ({query}) TO STDOUT ({form})") as blocks:
            for block in blocks:
                file.write(block)
        yield _with_checksum(path, table.name, media_type)


def _sorted(column: DataColumn) -> str:
    """Byte by byte, alike on every server, and several times faster than by the rules of a language."""
    return f'{column.name} COLLATE "C"' if column.kind == "string" else column.name


def _cell(column: DataColumn) -> str:
    """The value as a spreadsheet may read it: what it would take for a formula gets an apostrophe in front."""
    if not column.is_free:
        return column.name
    name = column.name
    return f"CASE WHEN left({name}, 1) IN {_FORMULA_SQL} THEN '''' || {name} ELSE {name} END AS {name}"


def _figures_csv(figures: Figures) -> str:
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(column.name for column in FIGURES.columns)
    table.writerows([f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in row] for row in _rows(figures))
    return text.getvalue()


def _rows(figures: Figures) -> Iterator[list[str]]:
    return (row_of(key, counts) for key, counts in figures.items())


def _write(path: Path, table: str, media_type: str, text: str) -> DataFile:
    path.write_text(text, encoding="utf-8", newline="")
    return _with_checksum(path, table, media_type)


def _with_checksum(path: Path, table: str, media_type: str) -> DataFile:
    """Its checksum and sizes, after writing a compressed copy beside it."""
    digest, packed = hashlib.sha256(), path.with_name(f"{path.name}.gz")
    with (
        path.open("rb") as file,
        packed.open("xb") as beside,
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, mtime=0, fileobj=beside) as smaller,
    ):
        while block := file.read(_CHUNK):
            digest.update(block)
            smaller.write(block)
    return DataFile(path.name, table, media_type, path.stat().st_size, packed.stat().st_size, digest.hexdigest())


def _package(month: Month, files: Sequence[DataFile]) -> dict[str, Any]:
    """A Frictionless Data Package: each table's CSV with its schema, size and checksum."""
    by_name = {file.name: file for file in files}
    return {
        "name": "mot-cua",
        "title": "Hồ sơ thủ tục hành chính: dữ liệu mở",
        "version": str(month),
        "licenses": [LICENCE],
        "resources": [_resource(table, by_name[f"{table.name}.csv"]) for table in TABLES],
    }


def _resource(table: DataTable, file: DataFile) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.description.vi,
        "title_en": table.description.en,
        "path": file.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": table.schema,
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _names(figures: Figures) -> dict[str, str]:
    slugs = {key.unit for key in figures}
    return dict(Unit.objects.filter(slug__in=slugs).order_by("order", "name").values_list("slug", "name"))


def _delete_old() -> None:
    for name in editions.names()[: -editions.EDITIONS_RETAINED]:
        shutil.rmtree(editions.root() / name, ignore_errors=True)
