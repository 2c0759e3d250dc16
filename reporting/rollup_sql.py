"""The roll-ups' SQL: how tallies follow from dossiers and from legs, once, for counting and for proving alike.

Parameters by name: `zone`, `refused` (status number), `withdrawn` (outcomes without a result), and for single days
the parallel arrays `units` and `days`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COUNTED: Final = ("received", "early", "on_time", "late", "refused", "withdrawn")
LEGS_COUNTED: Final = ("early", "on_time", "late")
CARE_COUNTED: Final = (
    *("supplemented", "repeated", "requests"),
    *("reappointed", "late_apologies", "unapologised", "late_again"),
)


@dataclass(frozen=True, slots=True)
class RollUp:
    """One table of tallies, and the query that counts it from its source, everywhere or on marked days.

    `columns` are counts; every count of the source has the `keys` of the table and is sorted by `order`.
    """

    of: str
    table: str
    keys: str
    columns: tuple[str, ...]
    order: str
    counted: str
    counted_on_marked_days: str

    @property
    def insert_everywhere(self) -> str:
        return f"{self._insert} {self.counted} ORDER BY {self.order}"

    @property
    def insert_marked_days(self) -> str:
        return f"{self._insert} {self.counted_on_marked_days}"

    @property
    def delete_everything(self) -> str:
        return f"DELETE FROM {self.table}"

    @property
    def delete_marked_days(self) -> str:
        return f"""
            DELETE FROM {self.table} tally
            USING unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
            WHERE tally.unit_id = marked.unit_id AND tally.day = marked.day
        """

    @property
    def differences(self) -> str:
        """How many rows were compared, beside each row that differs: unit, procedure, day, counted, kept.

        One statement, hence one snapshot. A marked day is left out: its change is committed and its recount is still
        to come. Mark and change commit together, and so do recount and removal of the mark; so whatever differs and
        is not marked is wrong.
        """
        return _DIFFERENCES.format(
            counted=self.counted,
            table=self.table,
            procedure="procedure_id" if "procedure_id" in self.keys else "NULL::bigint",
            as_counted=", ".join(f"counted.{column}" for column in self.columns),
            as_kept=", ".join(f"kept.{column}" for column in self.columns),
        )

    @property
    def _insert(self) -> str:
        return f"INSERT INTO {self.table} ({self.keys}, {', '.join(self.columns)})"


_DIFFERENCES: Final = """
    WITH compared AS (
        SELECT coalesce(counted.unit_id, kept.unit_id) AS unit_id,
               coalesce(counted.procedure, kept.procedure) AS procedure,
               coalesce(counted.day, kept.day) AS day,
               CASE WHEN counted.unit_id IS NOT NULL THEN ARRAY[{as_counted}] END AS counted,
               CASE WHEN kept.unit_id IS NOT NULL THEN ARRAY[{as_kept}]::bigint[] END AS kept
        FROM (SELECT *, {procedure} AS procedure FROM ({counted}) AS source) AS counted
        FULL JOIN (SELECT *, {procedure} AS procedure FROM {table}) AS kept
          ON counted.unit_id = kept.unit_id AND counted.day = kept.day
         AND coalesce(counted.procedure, 0) = coalesce(kept.procedure, 0)
    ),
    differing AS (
        SELECT * FROM compared
        WHERE counted IS DISTINCT FROM kept
          AND NOT EXISTS (
              SELECT FROM dossiers_staleday mark WHERE mark.unit_id = compared.unit_id AND mark.day = compared.day
          )
    )
    SELECT checked.rows, differing.unit_id, differing.procedure, differing.day, differing.counted, differing.kept
    FROM (SELECT count(*) AS rows FROM compared) AS checked LEFT JOIN differing ON true
    ORDER BY differing.day, differing.unit_id, differing.procedure
"""


def _counts(columns: tuple[str, ...]) -> str:
    return ", ".join(f"count(*) FILTER (WHERE what = '{column}') AS {column}" for column in columns)


def _on_marked_day(column: str, unit: str) -> str:
    return f"""
        JOIN unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
          ON {unit} = marked.unit_id
         AND {column} >= marked.day::timestamp AT TIME ZONE %(zone)s
         AND {column} < (marked.day + 1)::timestamp AT TIME ZONE %(zone)s
    """


_VERDICT: Final = """
    WHEN (finished_at AT TIME ZONE %(zone)s)::date < (due_at AT TIME ZONE %(zone)s)::date THEN 'early'
    WHEN finished_at <= due_at THEN 'on_time'
    ELSE 'late'
"""


def _dossiers(received: str, finished: str) -> str:
    """The second grouping set is the unit's whole day: a row without a procedure."""
    return f"""
        SELECT unit_id, procedure_id, day, {_counts(COUNTED)}
        FROM (
            SELECT handler_id AS unit_id, procedure_id, (received_at AT TIME ZONE %(zone)s)::date AS day,
                   'received' AS what
            FROM dossiers_dossier {received}
            UNION ALL
            SELECT handler_id, procedure_id, (finished_at AT TIME ZONE %(zone)s)::date,
                   CASE WHEN status = %(refused)s THEN 'refused'
                        WHEN outcome = ANY(%(withdrawn)s) THEN 'withdrawn'
                        {_VERDICT} END
            FROM dossiers_dossier {finished}
        ) AS act
        GROUP BY GROUPING SETS ((unit_id, day, procedure_id), (unit_id, day))
    """


def _legs(finished: str) -> str:
    """Legs as `dossiers.legs.Leg.is_work` says, each measured by its own time."""
    return f"""
        SELECT unit_id, day, {_counts(LEGS_COUNTED)}
        FROM (
            SELECT leg.unit_id, (finished_at AT TIME ZONE %(zone)s)::date AS day, CASE {_VERDICT} END AS what
            FROM dossiers_dossierleg leg {finished}
            WHERE finished_at IS NOT NULL AND NOT skipped AND due_at IS NOT NULL AND accepted_at < finished_at
              AND (hours > 0 OR (step_id IS NULL AND position = 1))
        ) AS act
        GROUP BY unit_id, day
    """


def _care(finished: str) -> str:
    """Late is what has a result and has it after the promise; an apology is a new date."""
    late = "outcome <> '' AND outcome <> ALL(%(withdrawn)s) AND finished_at > due_at"
    return f"""
        SELECT unit_id, procedure_id, day,
               count(*) FILTER (WHERE supplements > 0) AS supplemented,
               count(*) FILTER (WHERE supplements > 1) AS repeated,
               sum(supplements) AS requests,
               count(*) FILTER (WHERE new_due_at IS NOT NULL) AS reappointed,
               count(*) FILTER (WHERE new_due_at IS NOT NULL AND is_late_apology) AS late_apologies,
               count(*) FILTER (WHERE new_due_at IS NULL AND is_late) AS unapologised,
               count(*) FILTER (WHERE finished_at > new_due_at AND is_late) AS late_again
        FROM (
            SELECT handler_id AS unit_id, procedure_id, (finished_at AT TIME ZONE %(zone)s)::date AS day,
                   supplements, new_due_at, is_late_apology, finished_at, coalesce({late}, false) AS is_late
            FROM dossiers_dossier {finished}
            WHERE finished_at IS NOT NULL
              AND (supplements > 0 OR new_due_at IS NOT NULL OR finished_at > due_at)
        ) AS act
        WHERE supplements > 0 OR new_due_at IS NOT NULL OR is_late
        GROUP BY unit_id, procedure_id, day
    """


DOSSIERS: Final = RollUp(
    of="dossiers",
    table="reporting_dailytally",
    keys="unit_id, procedure_id, day",
    columns=COUNTED,
    order="procedure_id IS NOT NULL, day, unit_id",  # what dashboards read then lies together on the disk
    counted=_dossiers("WHERE received_at IS NOT NULL", "WHERE finished_at IS NOT NULL"),
    counted_on_marked_days=_dossiers(
        _on_marked_day("received_at", "handler_id"), _on_marked_day("finished_at", "handler_id")
    ),
)
LEGS: Final = RollUp(
    of="legs",
    table="reporting_legtally",
    keys="unit_id, day",
    columns=LEGS_COUNTED,
    order="day, unit_id",
    counted=_legs(""),
    counted_on_marked_days=_legs(_on_marked_day("finished_at", "leg.unit_id")),
)
CARE: Final = RollUp(
    of="care",
    table="reporting_caretally",
    keys="unit_id, procedure_id, day",
    columns=CARE_COUNTED,
    order="day, unit_id, procedure_id",
    counted=_care(""),
    counted_on_marked_days=_care(_on_marked_day("finished_at", "handler_id")),
)
ROLL_UPS: Final = (DOSSIERS, LEGS, CARE)

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
LOCK_EVERYTHING: Final = f"LOCK TABLE {', '.join(each.table for each in ROLL_UPS)} IN SHARE ROW EXCLUSIVE MODE"
