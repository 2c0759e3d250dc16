"""Rows into tables over COPY, on a second thread: the database stores one chunk while the next one is made up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db import connection, models

from dossiers.clock.replay import CACHED
from dossiers.events.record import LEG_FIELDS

DOSSIER_COLUMNS: Final = (
    *("id", "code", "secret", "request_key", "receiving_desk_id", "book_year", "book_number", "registered_by_id"),
    *(
        "counter_seconds",
        "fee_vnd",
        "fee_status",
        "waiver_ground",
        "intake",
        "delivery",
        "sets",
        "note",
        "applicant_kind",
        "applicant_nationality",
        "applicant_email",
    ),
    *("applicant_name", "applicant_folded", "applicant_id", "applicant_born_on", "applicant_address"),
    *("applicant_phone", *CACHED),
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


class Table(NamedTuple):
    """Rows for one table; `rows` are tuples in the order of `columns`."""

    model: type[models.Model]
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def copy_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """COPY unsaved instances into their table; rows without a key get one from the sequence."""
    if rows:
        copy_tuples(*table_of(model, rows))


def copy_tuples(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows of values, in the order of `columns`, into a model's table."""
    with connection.cursor() as cursor, cursor.copy(_statement(model, columns)) as out:
        for row in rows:
            out.write_row(row)


def table_of(model: type[models.Model], rows: Sequence[models.Model]) -> Table:
    """Unsaved instances (at least one) as rows of values."""
    keyed = rows[0].pk is not None
    fields = [
        field for field in model._meta.concrete_fields if not field.generated and (keyed or not field.primary_key)
    ]
    as_text = [isinstance(field, models.JSONField) for field in fields]
    values = attrgetter(*(field.attname for field in fields))
    found = [
        tuple(as_json(value) if text else value for value, text in zip(values(row), as_text, strict=True))
        for row in rows
    ]
    return Table(model, [field.column or field.name for field in fields], found)


class Copier:
    """Stores tables one batch behind: `send` waits for the batch before, then hands over and returns.

    Whoever sends keeps off the database until `wait`. Errors of the database come up at the next `send` or `wait`.
    """

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool
        self.raw: Any = connection.connection
        self.busy: Future[None] | None = None

    def send(self, tables: Sequence[Table]) -> None:
        self.wait()
        self.busy = self.pool.submit(self._store, tables)

    def wait(self) -> None:
        if self.busy is not None:
            self.busy.result()

    def _store(self, tables: Sequence[Table]) -> None:
        with self.raw.cursor() as cursor:
            for table in tables:
                with cursor.copy(_statement(table.model, table.columns)) as out:
                    for row in table.rows:
                        out.write_row(row)


@contextmanager
def copier() -> Iterator[Copier]:
    """A copier inside the current transaction; everything sent is stored when the block is left.

    References are checked with every batch instead of all at the end, where nothing else could be done meanwhile.
    """
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with ThreadPoolExecutor(max_workers=1) as pool:
        found = Copier(pool)
        yield found
        found.wait()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def restart_sequence(model: type[models.Model], last: int) -> None:
    """Keys given by the database go on after `last`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, max(1, last)])


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _statement(model: type[models.Model], columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    return f"COPY {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) FROM STDIN"
