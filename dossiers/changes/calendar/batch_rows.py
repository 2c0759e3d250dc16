"""Reading and writing many rows at once: one statement per table for a whole batch.

The rows of a batch travel as one JSON text: escaping as many texts one by one takes longer than writing the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from accounts.models import User
from units.clock.recalculation import Recalculation

DELETED_AT_ONCE = 5000


def event_rows(
    column: str, changed: Iterable[tuple[Any, Recalculation[Any, Any]]], actor: User
) -> Iterator[dict[str, Any]]:
    """Rows for the table of events. `changed`: dossiers or cases with what becomes of them; `column` is their key."""
    for one, change in changed:
        for number, event in change.events:
            yield {
                column: one.pk,
                "number": number,
                "kind": event.kind.value,
                "from_status": one.status,
                "to_status": event.to_status.value,
                "at": event.at,
                "unit_id": event.unit_id,
                "actor_id": actor.pk,
                "data": event.data,
            }


def insert_rows(model: type[Model], rows: list[dict[str, Any]]) -> int:
    """Each row by column names, all rows with the same; returns how many."""
    if rows:
        columns = ", ".join(f'"{name}"' for name in rows[0])
        into = f'INSERT INTO "{model._meta.db_table}" ({columns})'
        _execute(f"{into} SELECT * FROM jsonb_to_recordset(%s::jsonb) AS new ({_typed(model, rows[0])})", rows)  # noqa: S608
    return len(rows)


def update_rows(model: type[Model], rows: list[dict[str, Any]], *, by: Sequence[str] = ("id",)) -> None:
    """Each row names by the columns `by` the one that it changes."""
    if rows:
        table = f'"{model._meta.db_table}"'
        values = ", ".join(f'"{name}" = new."{name}"' for name in rows[0] if name not in by)
        where = " AND ".join(f'{table}."{name}" = new."{name}"' for name in by)
        source = f"jsonb_to_recordset(%s::jsonb) AS new ({_typed(model, rows[0])})"
        _execute(f"UPDATE {table} SET {values} FROM {source} WHERE {where}", rows)  # noqa: S608


def delete_some(rows: QuerySet[Any]) -> bool:
    """Delete a few thousand of these rows; False when none are left."""
    gone, _tables = rows.model._default_manager.filter(pk__in=rows.values("pk")[:DELETED_AT_ONCE]).delete()
    return bool(gone)


def _typed(model: type[Model], columns: Iterable[str]) -> str:
    types = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    return ", ".join(f'"{name}" {types[name]}' for name in columns)


def _execute(statement: str, rows: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)])
