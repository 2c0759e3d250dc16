"""The roll-up's SQL: how tallies follow from dossiers, once, for counting and for proving alike.

Parameters by name: `zone`, `refused` (status number), `withdrawn` (outcomes without a result), and for single days
the parallel arrays `units` and `days`.
"""

from typing import Final

COUNTED: Final = ("received", "early", "on_time", "late", "refused", "withdrawn")
_COLUMNS: Final = ", ".join(COUNTED)
_COUNTS: Final = ", ".join(f"count(*) FILTER (WHERE what = '{column}') AS {column}" for column in COUNTED)
_AS_COUNTED: Final = ", ".join(f"counted.{column}" for column in COUNTED)
_AS_KEPT: Final = ", ".join(f"kept.{column}" for column in COUNTED)

_ACTS: Final = """
    SELECT d.handler_id AS unit_id, d.procedure_id, (d.received_at AT TIME ZONE %(zone)s)::date AS day,
           'received' AS what
    FROM dossiers_dossier d {received}
    UNION ALL
    SELECT d.handler_id, d.procedure_id, (d.finished_at AT TIME ZONE %(zone)s)::date,
           CASE WHEN d.status = %(refused)s THEN 'refused'
                WHEN d.outcome = ANY(%(withdrawn)s) THEN 'withdrawn'
                WHEN (d.finished_at AT TIME ZONE %(zone)s)::date < (d.due_at AT TIME ZONE %(zone)s)::date THEN 'early'
                WHEN d.finished_at <= d.due_at THEN 'on_time'
                ELSE 'late' END
    FROM dossiers_dossier d {finished}
"""

_ON_MARKED_DAY: Final = """
    JOIN unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
      ON d.handler_id = marked.unit_id
     AND d.{column} >= marked.day::timestamp AT TIME ZONE %(zone)s
     AND d.{column} < (marked.day + 1)::timestamp AT TIME ZONE %(zone)s
"""

# The second grouping set is the unit's whole day: a row without a procedure.
_COUNTED: Final = f"""
    SELECT unit_id, procedure_id, day, {_COUNTS}
    FROM ({_ACTS}) AS act
    GROUP BY GROUPING SETS ((unit_id, day, procedure_id), (unit_id, day))
"""

_COUNTED_EVERYWHERE: Final = _COUNTED.format(
    received="WHERE d.received_at IS NOT NULL", finished="WHERE d.finished_at IS NOT NULL"
)
_COUNTED_ON_MARKED_DAYS: Final = _COUNTED.format(
    received=_ON_MARKED_DAY.format(column="received_at"), finished=_ON_MARKED_DAY.format(column="finished_at")
)

_INSERT: Final = f"INSERT INTO reporting_dailytally (unit_id, procedure_id, day, {_COLUMNS}) "
# What dashboards read then lies together on the disk.
_TOTALS_FIRST: Final = "ORDER BY procedure_id IS NOT NULL, day, unit_id"
INSERT_EVERYWHERE: Final = _INSERT + _COUNTED_EVERYWHERE + _TOTALS_FIRST
INSERT_MARKED_DAYS: Final = _INSERT + _COUNTED_ON_MARKED_DAYS

DELETE_MARKED_DAYS: Final = """
    DELETE FROM reporting_dailytally tally
    USING unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
    WHERE tally.unit_id = marked.unit_id AND tally.day = marked.day
"""

# In the order of the keys, so that two recounts of several days each cannot wait for one another in a ring.
LOCK_MARKED_DAYS: Final = """
    SELECT pg_advisory_xact_lock(key)
    FROM (
        SELECT hashtextextended('tally ' || unit_id || ' ' || day, 0) AS key
        FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
        ORDER BY key
    ) AS ordered
"""

# SHARE ROW EXCLUSIVE: readers go on; a recount of single days waits, and so does a second count of everything.
LOCK_EVERYTHING: Final = "LOCK TABLE reporting_dailytally IN SHARE ROW EXCLUSIVE MODE"
DELETE_EVERYTHING: Final = "DELETE FROM reporting_dailytally"

# One statement, hence one snapshot. A marked day is left out: its change is committed and its recount is still to
# come. Mark and change commit together, and so do recount and removal of the mark; so whatever differs and is not
# marked is wrong.
DIFFERENCES: Final = f"""
    WITH counted AS ({_COUNTED_EVERYWHERE}),
    compared AS (
        SELECT coalesce(counted.unit_id, kept.unit_id) AS unit_id,
               coalesce(counted.procedure_id, kept.procedure_id) AS procedure_id,
               coalesce(counted.day, kept.day) AS day,
               CASE WHEN counted.unit_id IS NOT NULL THEN ARRAY[{_AS_COUNTED}] END AS counted,
               CASE WHEN kept.unit_id IS NOT NULL THEN ARRAY[{_AS_KEPT}]::bigint[] END AS kept
        FROM counted FULL JOIN reporting_dailytally kept
          ON counted.unit_id = kept.unit_id AND counted.day = kept.day
         AND coalesce(counted.procedure_id, 0) = coalesce(kept.procedure_id, 0)
    ),
    differing AS (
        SELECT * FROM compared
        WHERE counted IS DISTINCT FROM kept
          AND NOT EXISTS (
              SELECT FROM dossiers_staleday mark WHERE mark.unit_id = compared.unit_id AND mark.day = compared.day
          )
    )
    SELECT checked.rows, differing.unit_id, differing.procedure_id, differing.day, differing.counted, differing.kept
    FROM (SELECT count(*) AS rows FROM compared) AS checked LEFT JOIN differing ON true
    ORDER BY differing.day, differing.unit_id, differing.procedure_id
"""
