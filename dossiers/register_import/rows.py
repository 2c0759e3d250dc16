"""Writes the table rows of imported dossiers by binary COPY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db import connection, models
from psycopg.types.json import Jsonb

from dossiers.clock.replay import CACHED
from dossiers.events.record import LEG_FIELDS
from dossiers.models import Dossier, DossierEvent, DossierLeg, ReturnRecord
from dossiers.register_import.checking import RegisterEntry
from dossiers.register_import.events import LoadContext, LoadedDossier
from units.clock.days import local_day
from units.texts.folding import fold

DOSSIER: Final = (
    *("id", "code", "request_key", "receiving_desk_id", "book_year", "book_number"),
    *("fee_vnd", "fee_status", "waiver_ground", "intake", "delivery", "sets", "note", "applicant_kind"),
    *("applicant_email", "applicant_name", "applicant_folded", "applicant_id", "applicant_address"),
    *("applicant_phone", *CACHED),
)
BOOK: Final = slice(DOSSIER.index("book_year"), DOSSIER.index("book_number") + 1)
EVENT: Final = (
    *("dossier_id", "number", "kind", "from_status", "to_status", "at", "unit_id", "actor_id", "reason", "data"),
)
LEG: Final = ("dossier_id", "position", "step_id", "assignee_id", *LEG_FIELDS)
RETURN: Final = (
    *("dossier_id", "receiver_name", "receiver_id", "method", "at"),
    *("proxy_paper", "identity_checked", "post_number", "originals"),
)
Rows = list[tuple[Any, ...]]

_state = attrgetter(*CACHED)
_DERIVATION: Final = CACHED.index("derivation")
_folded = lru_cache(maxsize=50_000)(fold)


class Batch(NamedTuple):
    """The rows of one batch, a list of tuples per table."""

    dossiers: Rows
    events: Rows
    legs: Rows
    returns: Rows


def add_dossier(batch: Batch, pk: int, entry: RegisterEntry, loaded: LoadedDossier, load: LoadContext) -> None:
    """Adds the rows of one dossier; `entry.book_number` must be set."""
    batch.dossiers.append(_dossier(pk, entry, loaded, load))
    for number, (before, event) in enumerate(loaded.events, 1):
        row = (pk, number, event.kind.value, before, event.to_status, event.at, event.unit_id)
        batch.events.append((*row, load.actor_id, "", _json(event.data)))
    for leg in loaded.state.legs:
        values = (getattr(leg, name) for name in LEG_FIELDS)
        batch.legs.append((pk, leg.position, leg.step_id or None, leg.assignee_id, *values))
    if entry.returned_at and entry.receiver:
        method = entry.method or ReturnRecord.Method.DESK.value
        batch.returns.append((pk, entry.receiver, "", method, entry.returned_at, "", False, "", ""))


def copy_batch(batch: Batch) -> None:
    """Writes a batch in the current transaction; dossiers first, since all other rows refer to them."""
    copy_binary(Dossier, DOSSIER, batch.dossiers)
    copy_binary(DossierEvent, EVENT, batch.events)
    copy_binary(DossierLeg, LEG, batch.legs)
    copy_binary(ReturnRecord, RETURN, batch.returns)


def copy_binary(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        out.set_types(_types(model, columns))
        for row in rows:
            out.write_row(row)


def _types(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    """The PostgreSQL types of the columns, without lengths."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    return [(fields[column].db_type(connection) or "").partition("(")[0] for column in columns]


def _dossier(pk: int, entry: RegisterEntry, loaded: LoadedDossier, load: LoadContext) -> tuple[Any, ...]:
    columns = list(_state(loaded.state))
    columns[_DERIVATION] = _json(columns[_DERIVATION])
    return (
        *(pk, entry.code, entry.key, load.desk_id, local_day(entry.received_at).year, entry.book_number),
        *(0, Dossier.FeeStatus.NONE.value, "", entry.intake, _delivery(entry), entry.sets, ""),
        *(Dossier.ApplicantKind.PERSON.value, "", entry.name, _folded(entry.name), entry.id_number, entry.address),
        *(entry.phone, *columns),
    )


def _delivery(entry: RegisterEntry) -> str:
    """`ReturnRecord.Method` and `Dossier.Delivery` have the same values."""
    return entry.method or Dossier.Delivery.DESK.value


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: Any) -> Jsonb:
    return Jsonb(value, _dumps)
