"""Reads the project's own data files into typed records. Uses no database.

The facts are those in force just before July 2025, gathered from public records and from knowledge of the law; each
record says which of its code, name and term were seen in a public record. `data/README.md` has the rest.
"""

import hashlib
import json
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from units.clock.due_dates import Term, TermUnit

DATA: Final = Path(__file__).parent / "data"
CATALOGUE: Final = DATA / "procedures.json"
COMMITMENTS: Final = DATA / "commitments.json"
ABBREVIATIONS: Final = DATA / "abbreviations.json"
SAYINGS: Final = DATA / "sayings.json"
NAMES_EN: Final = DATA / "names_en.json"
FIELDS_EN: Final = DATA / "fields_en.json"

Record = dict[str, Any]


class Commitment(NamedTuple):
    """A committed term of some offices, named by their area codes, for the procedure `ref`."""

    ref: str
    areas: frozenset[str]
    term: Term


class Catalogue(NamedTuple):
    valid_from: date
    records: list[Record]
    commitments: list[Commitment]


def digest() -> str:
    """Changes whenever a byte of the loaded files changes."""
    read = hashlib.sha256()
    for path in (CATALOGUE, COMMITMENTS, ABBREVIATIONS, SAYINGS, NAMES_EN, FIELDS_EN):
        read.update(path.read_bytes())
    return read.hexdigest()


def read_catalogue() -> Catalogue:
    stored = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    commitments = [
        Commitment(row["ref"], frozenset(row["units"]), Term(row["amount"], TermUnit(row["unit"])))
        for row in json.loads(COMMITMENTS.read_text(encoding="utf-8"))
    ]
    return Catalogue(date.fromisoformat(stored["valid_from"]), stored["procedures"], commitments)


def record_term(record: Record) -> Term | None:
    if record["term_amount"] is None:
        return None
    return Term(record["term_amount"], TermUnit(record["term_unit"]), record_cut_off(record))


def record_cut_off(record: Record) -> time | None:
    return time.fromisoformat(record["cut_off"]) if record["cut_off"] else None


@cache
def word_list(name: str) -> Any:
    """A small list that ships with the code (synonyms, first abbreviations, life events); read once."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
