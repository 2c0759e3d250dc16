"""A report as data: head, tables of cells, notes. Signing stores it, later figures are compared with it. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Final

from units.texts import wording

Cell = str | int | float | None
"""Text, a number, a score of one decimal, or None where there is nothing to say."""

LANGUAGE: Final = "vi"
REPORT_FIELDS: Final = ("form", "title", "period", "scope", "landscape", "tables", "notes")
"""The keys of a stored content that make up the report; the others say who signed it and when."""


@dataclass(frozen=True, slots=True)
class Column:
    """`group`: the head over several columns; `number`: what the form prints below the head; `width`: in shares;
    `is_given`: its numbers come from the rules, whatever was counted (the most points that can be reached)."""

    name: str
    width: float = 1
    group: str = ""
    number: str = ""
    is_number: bool = False
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """One cell of the rows above a table."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """`keys`: the columns that say what a row is about; `total`: the last row, where there is one."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    keys: Sequence[int] = (1,)
    empty: str = "Không có."

    @property
    def heads(self) -> list[list[Head]]:
        """One row, or two where columns are grouped, and one with the numbers of the form where it has them."""
        grouped = any(column.group for column in self.columns)
        above: list[Head] = []
        for column in self.columns:
            if column.group and above and above[-1].text == column.group:
                above[-1] = Head(column.group, above[-1].columns + 1)
            else:
                above.append(Head(column.group) if column.group else Head(column.name, rows=1 + grouped))
        below = [Head(column.name) for column in self.columns if column.group]
        numbers = [Head(column.number) for column in self.columns if column.number]
        return [row for row in (above, below, numbers) if row]

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """Every row as it is printed, the total too: the text of each cell, and whether it is a number."""
        are_numbers = [column.is_number for column in self.columns]
        return [list(zip(map(cell_text, row), are_numbers, strict=True)) for row in self.all_rows]

    @property
    def all_rows(self) -> list[Sequence[Cell]]:
        return [*self.rows, *([self.total] if self.total else [])]

    @property
    def has_counts(self) -> bool:
        """Whether any counted number of it is other than zero."""
        counted = [place for place, column in enumerate(self.columns) if column.is_number and not column.is_given]
        return any(isinstance(row[place], int | float) and row[place] for row in self.all_rows for place in counted)


@dataclass(frozen=True, slots=True)
class Report:
    """`form`: the number of an official form, where it has one; `scope`: which units; all as printed."""

    form: str
    title: str
    period: str
    scope: str
    tables: Sequence[Table]
    notes: Sequence[str] = field(default_factory=tuple)
    landscape: bool = True

    @property
    def content(self) -> dict[str, Any]:
        """The report in JSON values. `is_given` is left out: it is not printed."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        for column in (column for table in plain["tables"] for column in table["columns"]):
            del column["is_given"]
        return plain

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted; an empty report cannot be signed."""
        return not any(table.has_counts for table in self.tables)

    @property
    def fingerprint(self) -> str:
        """Digest of the content: two reports with the same fingerprint print the same."""
        return digest(self.content)


def from_content(content: dict[str, Any]) -> Report:
    """The report of a stored content."""
    fields = {name: content[name] for name in REPORT_FIELDS} | {"tables": [_table(one) for one in content["tables"]]}
    return Report(**fields)


def written(content: dict[str, Any]) -> str:
    """The content as the text that is stored and hashed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: dict[str, Any]) -> str:
    return sha256(written(content).encode()).hexdigest()


def cell_text(cell: Cell) -> str:
    """As printed: "1.234", "1,8", a dash for nothing."""
    if cell is None:
        return wording.UNKNOWN
    if isinstance(cell, float):
        return wording.number(cell, LANGUAGE, 1)
    return wording.number(cell, LANGUAGE) if isinstance(cell, int) else cell


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that is no longer what was signed; None on the side that has no such row."""

    table: str
    row: str
    column: str
    signed: Cell
    now: Cell

    @property
    def texts(self) -> tuple[str, str]:
        return cell_text(self.signed), cell_text(self.now)


def changes(signed: Report, now: Report) -> list[CellChange]:
    """Cell by cell, in the order of the present report; rows are identified by the key columns of their table."""
    then = {table.title: table for table in signed.tables}
    found = [change for table in now.tables for change in _changes(then.pop(table.title, None), table)]
    return found + [change for table in then.values() for change in _changes(table, None)]


def _changes(signed: Table | None, now: Table | None) -> list[CellChange]:
    shown = now or signed
    assert shown is not None
    before, after = _by_key(signed), _by_key(now)
    compared = [place for place in range(len(shown.columns)) if place not in (0, *shown.keys)]
    return [
        CellChange(shown.title, ", ".join(key), _column(shown, place), old, new)
        for key in {**after, **before}
        for place in compared
        if (old := _cell(before, key, place)) != (new := _cell(after, key, place))
    ]


def _by_key(table: Table | None) -> dict[tuple[str, ...], Sequence[Cell]]:
    if table is None:
        return {}
    return {tuple(cell_text(row[key]) for key in table.keys): row for row in table.all_rows}


def _cell(rows: dict[tuple[str, ...], Sequence[Cell]], key: tuple[str, ...], place: int) -> Cell:
    row = rows.get(key)
    return row[place] if row is not None and place < len(row) else None


def _column(table: Table, place: int) -> str:
    column = table.columns[place]
    return f"{column.group}: {column.name}" if column.group else column.name


def _table(fields: dict[str, Any]) -> Table:
    return Table(**(fields | {"columns": [Column(**column) for column in fields["columns"]]}))
