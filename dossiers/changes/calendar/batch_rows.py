"""Reading and writing many dossiers at once: one statement per table for a whole batch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import User
from dossiers.clock.recalculation import Change
from dossiers.clock.replay import EventRecord
from dossiers.clock.states import EventKind, Status
from dossiers.models import CalendarRun, Dossier, DossierEvent

MOVED = ("due_at", "statutory_due_at", "new_due_at", "calendar", "derivation")
"""The columns that an act of the calendar can change."""

Changed = Sequence[tuple[Dossier, Change]]

# The rows of a batch travel as one JSON text: escaping as many texts one by one takes longer than writing the rows.

_EVENTS = """
    INSERT INTO dossiers_dossierevent (
        dossier_id, number, kind, from_status, to_status, at, unit_id, actor_id, reason, data
    )
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS event (
        dossier_id bigint, number int, kind text, from_status int, to_status int, at timestamptz, unit_id bigint,
        actor_id bigint, reason text, data jsonb
    )
"""
_DOSSIERS = """
    UPDATE dossiers_dossier AS dossier
    SET due_at = moved.due_at, statutory_due_at = moved.statutory_due_at, new_due_at = moved.new_due_at,
        calendar = moved.calendar, derivation = moved.derivation
    FROM jsonb_to_recordset(%s::jsonb) AS moved (
        id bigint, due_at timestamptz, statutory_due_at timestamptz, new_due_at timestamptz, calendar bigint,
        derivation jsonb
    )
    WHERE dossier.id = moved.id
"""
_LEGS = """
    UPDATE dossiers_dossierleg AS leg SET due_at = moved.due_at
    FROM jsonb_to_recordset(%s::jsonb) AS moved (dossier_id bigint, position int, due_at timestamptz)
    WHERE leg.dossier_id = moved.dossier_id AND leg.position = moved.position
"""
_MOVES = """
    INSERT INTO dossiers_calendarmove (run_id, dossier_id, what, position, old_due, new_due, event)
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS move (
        run_id bigint, dossier_id bigint, what text, position int, old_due timestamptz, new_due timestamptz, event int
    )
"""


def histories(keys: Iterable[int]) -> dict[int, list[EventRecord]]:
    """The events of each dossier, in order; one query."""
    rows = DossierEvent.objects.filter(dossier__in=list(keys)).in_order()
    told: dict[int, list[EventRecord]] = defaultdict(list)
    for dossier, kind, at, unit, to, data in rows.values_list(
        "dossier_id", "kind", "at", "unit_id", "to_status", "data"
    ):
        told[dossier].append(EventRecord(EventKind(kind), at, unit, Status(to), data))
    return told


def write_changes(changed: Changed, *, actor: User, reason: str) -> None:
    """The events, and the columns and legs that a calendar act can move; one statement per table."""
    send_rows(
        _EVENTS,
        [
            {
                "dossier_id": dossier.pk,
                "number": number,
                "kind": event.kind.value,
                "from_status": dossier.status,
                "to_status": event.to_status.value,
                "at": event.at,
                "unit_id": event.unit_id,
                "actor_id": actor.pk,
                "reason": reason,
                "data": event.data,
            }
            for dossier, change in changed
            for number, event in change.events
        ],
    )
    states = [(dossier.pk, change.after) for dossier, change in changed]
    send_rows(_DOSSIERS, [{"id": pk, **{name: getattr(to, name) for name in MOVED}} for pk, to in states])
    send_rows(
        _LEGS,
        [
            {"dossier_id": dossier.pk, "position": leg.position, "due_at": leg.due_at}
            for dossier, change in changed
            for leg in change.after.legs
            if leg not in change.before.legs
        ],
    )


def write_moves(run: CalendarRun, changed: Changed) -> int:
    """Keep which dates are moved, by which event; returns how many."""
    is_preview = run.phase == CalendarRun.Phase.PREVIEW
    rows = [
        {
            "run_id": run.pk,
            "dossier_id": dossier.pk,
            "what": move.what.value,
            "position": move.position,
            "old_due": move.old,
            "new_due": move.new,
            "event": None if is_preview else change.events[0][0],
        }
        for dossier, change in changed
        for move in change.moves
    ]
    send_rows(_MOVES, rows)
    return len(rows)


def send_rows(statement: str, rows: list[dict[str, Any]]) -> None:
    """Run a statement whose one parameter is the rows as one JSON text; nothing for no row."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)])
