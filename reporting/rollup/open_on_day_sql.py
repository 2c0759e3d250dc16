"""SQL for what was open at the end of a past day: who handled it, what it waited for, when it was due then.

Parameters by name: `zone`, `first` and `last` (local days, both included; `last` null for no day at all). Counts only
events before the end of the day, so later corrections, reorganisations and new due dates change nothing.
`dossiers.clock.clocks` records every earlier due date and until when it held (`derivation.earlier`).
"""

from __future__ import annotations

from typing import Final

from dossiers.clock.states import OPEN, WAITING, Status

OPEN_COUNTED: Final = ("running", "overdue", "supplement", "payment", "paused", "unaccepted")
"""`running`: clock running, of them `overdue` past their promise then; `unaccepted`: handed in, not accepted yet."""

_BUCKETS: Final = {
    Status.SUBMITTED: "unaccepted",
    Status.ACCEPTED: "running",
    Status.IN_PROCESS: "running",
    Status.AWAITING_SUPPLEMENT: "supplement",
    Status.AWAITING_PAYMENT: "payment",
    Status.WITHDRAWAL_ASKED: "paused",
    Status.STOPPED: "paused",
}
assert _BUCKETS.keys() == OPEN
_WAITED: Final = ", ".join(str(status.value) for status in sorted(WAITING))

# Only these events change who handles a dossier; few dossiers have more than the first of them.
_HANDLER_CHANGES: Final = "('submitted', 'registered', 'corrected', 'continued')"

_FIRST_ENDS: Final = "(%(first)s::date + 1)::timestamp AT TIME ZONE %(zone)s"
_LAST_ENDS: Final = "(%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s"
OPEN_SPAN: Final = "tstzrange(LEAST(submitted_at, finished_at), finished_at, '[]')"
"""As the index has it (`dossiers.models.look_ups.OPEN_SPAN`)."""


def _open_stretches(only: str = "") -> str:
    """Common table expressions. Each row of `stretch` says that a dossier was open in `bucket` at the end of every
    local day from `since` to the day before `until`, with the unit that handled it and its due date then.

    `only`: an SQL condition that leaves few dossiers. They are then found first, by one process: starting a parallel
    worker takes as long as the rest of the query.
    """
    return f"""
    RECURSIVE opened AS {"MATERIALIZED" if only else "NOT MATERIALIZED"} (
        SELECT id, handler_id, due_at, derivation -> 'earlier' AS earlier
        FROM dossiers_dossier AS dossier
        WHERE {OPEN_SPAN} && tstzrange({_FIRST_ENDS}, greatest({_FIRST_ENDS}, {_LAST_ENDS}), '[]')
          AND submitted_at < {_LAST_ENDS} AND {only or "true"}
    ),
    events AS (
        SELECT event.dossier_id, number, kind, at, to_status, handler_id, due_at, earlier,
               data ->> 'handler' AS handler, data -> 'units' AS successors,
               lead(at, 1, 'infinity') OVER (PARTITION BY event.dossier_id ORDER BY number) AS until
        FROM dossiers_dossierevent event JOIN opened ON opened.id = event.dossier_id
    ),
    handler_change AS (
        SELECT dossier_id, number, handler, successors,
               row_number() OVER (PARTITION BY dossier_id ORDER BY number) AS place
        FROM events
        WHERE kind IN {_HANDLER_CHANGES} AND dossier_id IN (
            SELECT dossier_id FROM events WHERE kind IN {_HANDLER_CHANGES} AND number > 1
        )
    ),
    handled AS (
        SELECT dossier_id, number, place, handler::bigint AS unit_id FROM handler_change WHERE place = 1
        UNION ALL
        SELECT later.dossier_id, later.number, later.place,
               coalesce(later.handler::bigint, (later.successors ->> handled.unit_id::text)::bigint, handled.unit_id)
        FROM handled
        JOIN handler_change AS later ON later.dossier_id = handled.dossier_id AND later.place = handled.place + 1
    ),
    held AS (
        SELECT dossier_id, unit_id, number AS began,
               lead(number, 1, 32767::smallint) OVER (PARTITION BY dossier_id ORDER BY number) AS ended
        FROM handled
    ),
    stretch AS (
        SELECT events.dossier_id, events.to_status, coalesce(held.unit_id, events.handler_id) AS unit_id,
               greatest((events.at AT TIME ZONE %(zone)s)::date, %(first)s::date) AS since,
               least((events.until AT TIME ZONE %(zone)s)::date, %(last)s::date + 1) AS until,
               CASE events.to_status {" ".join(f"WHEN {one.value} THEN '{name}'" for one, name in _BUCKETS.items())}
               END AS bucket,
               coalesce((SELECT (line ->> 'due')::timestamptz
                         FROM jsonb_array_elements(earlier)
                              WITH ORDINALITY AS moved(line, n)
                         WHERE (line ->> 'until')::timestamptz > events.at ORDER BY n LIMIT 1), due_at) AS due_at
        FROM events
        LEFT JOIN held ON held.dossier_id = events.dossier_id
              AND held.began <= events.number AND events.number < held.ended
        WHERE events.to_status IN ({", ".join(str(one.value) for one in sorted(OPEN))})
          AND (events.at AT TIME ZONE %(zone)s)::date < (events.until AT TIME ZONE %(zone)s)::date
          AND events.at < {_LAST_ENDS}
          AND events.until >= {_FIRST_ENDS}
    )
    """


_EDGES: Final = """
    edge AS (
        SELECT unit_id, bucket, since AS day, 1 AS step FROM stretch
        UNION ALL SELECT unit_id, bucket, until, -1 FROM stretch
        UNION ALL SELECT unit_id, 'overdue', greatest(since, due_on), 1 FROM late
        UNION ALL SELECT unit_id, 'overdue', until, -1 FROM late
    )
"""

COUNTED_OPEN: Final = f"""
    WITH {_open_stretches()},
    late AS (
        SELECT *, (due_at AT TIME ZONE %(zone)s)::date AS due_on FROM stretch
        WHERE bucket = 'running' AND (due_at AT TIME ZONE %(zone)s)::date < until
    ),
    {_EDGES},
    stepped AS (
        SELECT unit_id, day, {", ".join(f"sum(step) FILTER (WHERE bucket = '{one}') AS {one}" for one in OPEN_COUNTED)}
        FROM edge GROUP BY unit_id, day
    ),
    unit_day AS (
        SELECT unit_id, day::date AS day
        FROM (SELECT unit_id, min(day) AS began FROM edge GROUP BY unit_id) AS unit,
             generate_series(began, %(last)s::date, interval '1 day') AS day
    ),
    summed AS (
        SELECT unit_id, day,
               {", ".join(f"sum(coalesce({one}, 0)) OVER all_before AS {one}" for one in OPEN_COUNTED)}
        FROM unit_day LEFT JOIN stepped USING (unit_id, day)
        WINDOW all_before AS (PARTITION BY unit_id ORDER BY day)
    )
    SELECT unit_id, day, {", ".join(OPEN_COUNTED)} FROM summed
    WHERE {" + ".join(one for one in OPEN_COUNTED if one != "overdue")} > 0
"""


def _on_day(bucket: str, only: str, which: str) -> str:
    return f"""
        WITH {_open_stretches(only)}
        SELECT dossier_id, unit_id, {bucket} FROM stretch WHERE unit_id = ANY(%(units)s) AND {which}
    """


# These conditions exclude most open dossiers without reading all their events: those due later whose due date never
# moved, and those that never waited. The latter is a subquery: with a join, the planner may read every event.
OVERDUE_ON_DAY: Final = _on_day(
    "'overdue'",
    f"(due_at < {_LAST_ENDS} OR derivation -> 'earlier' IS NOT NULL)",
    f"bucket = 'running' AND due_at < {_LAST_ENDS}",
)
WAITING_ON_DAY: Final = _on_day(
    "bucket",
    f"""(SELECT true FROM dossiers_dossierevent AS had
         WHERE had.dossier_id = dossier.id AND had.to_status IN ({_WAITED}) LIMIT 1)""",
    f"to_status IN ({_WAITED})",
)
"""With `first` = `last`: dossier, unit and bucket of each that was overdue, or waited, at some units then."""
