"""Rows into tables over COPY."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db import connection, models

from dossiers.clock.replay import CACHED
from dossiers.events.record import LEG_FIELDS

DOSSIER_COLUMNS: Final = (
    *("id", "code", "request_key", "receiving_desk_id", "book_year", "book_number", "registered_by_id"),
    *("counter_seconds", "fee_vnd", "fee_status", "waiver_ground", "intake", "delivery", "sets", "note"),
    *("applicant_kind", "applicant_nationality", "applicant_email", "applicant_name", "applicant_folded"),
    *("applicant_id", "applicant_born_on", "applicant_address", "applicant_phone", *CACHED),
)
EVENT_COLUMNS: Final = (
    *("dossier_id", "number", "kind", "from_status", "to_status", "at", "unit_id", "actor_id", "reason", "data"),
)
LEG_COLUMNS: Final = ("dossier_id", "position", "step_id", "assignee_id", *LEG_FIELDS)
PAPER_COLUMNS: Final = ("dossier_id", "required_id", "position", "name", "originals", "copies")
RETURN_COLUMNS: Final = (
    *("dossier_id", "receiver_name", "receiver_id", "method", "at"),
    *("proxy_paper", "identity_checked", "post_number", "originals"),
)
RESULT_COLUMNS: Final = ("dossier_id", "number", "dated", "kind")
_NULL: Final = r"\N"


class Table(NamedTuple):
    """Rows of one table as COPY reads them."""

    statement: str
    text: str


def table(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Rows of values in the order of `columns`."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [_NULL if value is None else value for value in row] for row in rows
    )
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN (FORMAT csv, NULL '{_NULL}')"
    return Table(statement, text.getvalue())


def table_of(model: type[models.Model], rows: Sequence[models.Model]) -> Table:
    """Unsaved instances; rows without a key get one from the sequence."""
    keyed = bool(rows) and rows[0].pk is not None
    fields = [
        field for field in model._meta.concrete_fields if not field.generated and (keyed or not field.primary_key)
    ]
    as_text = [isinstance(field, models.JSONField) for field in fields]
    values = attrgetter(*(field.attname for field in fields))
    found = [
        [as_json(value) if text else value for value, text in zip(values(row), as_text, strict=True)] for row in rows
    ]
    return table(model, [field.column or field.name for field in fields], found)


def store(tables: Iterable[Table]) -> None:
    with connection.cursor() as cursor:
        for one in tables:
            with cursor.copy(one.statement) as out:
                out.write(one.text)


@contextmanager
def checked_at_once() -> Iterator[None]:
    """References are checked with every batch instead of all at the end, when the other core would be idle."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def restart_sequence(model: type[models.Model], last: int) -> None:
    """Keys given by the database continue after `last`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, max(1, last)])


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
