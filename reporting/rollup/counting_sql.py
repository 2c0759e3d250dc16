"""The SQL that counts dossiers, legs and cases as early, on time or late into tallies; also used to reconcile them.

A whole recount takes months from the same sources; a recount of marked days adds up the days of the month.

Parameters by name: `zone`, `refused` (status number), `withdrawn` (outcomes without a result), the parallel arrays
`filed_on` and `answer_by` (until when what was filed online on a local day must be answered), and for single days the
parallel arrays `units` and `days`. What was open at the end of each day is counted in `open_on_day_sql`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from reporting.rollup.open_on_day_sql import COUNTED_OPEN, OPEN_COUNTED

COUNTED: Final = (
    *("received", "early", "on_time", "late", "refused", "withdrawn"),
    *("reappointed", "over_minutes", "answered", "answered_late"),
)
LEGS_COUNTED: Final = ("early", "on_time", "late", "over_minutes")
CASES_COUNTED: Final = (
    *("received", "on_time", "late", "not_accepted", "transferred", "withdrawn"),
    *("reopened", "over_minutes"),
)
SUPPLEMENTS_COUNTED: Final = (
    *("supplemented", "repeated", "requests"),
    *("reappointed", "late_apologies", "unapologised", "late_again"),
)


@dataclass(frozen=True, slots=True)
class RollUp:
    """One table of tallies, and the query that counts it from its source, everywhere or on marked days.

    `columns` are the counts; `keys` distinguish rows of one unit and day; `order` is the physical order of a whole
    recount. `on`: whether a row, and what a mark makes stale, is a day or a month (named by its first day).
    `is_final`: later events never change a row, so only `StaleOpen` makes it stale, no mark of a day.
    """

    name: str
    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    order: str
    counted: str
    counted_on_marked_days: str = ""
    on: Literal["day", "month"] = "day"

    @property
    def is_final(self) -> bool:
        return not self.counted_on_marked_days

    @property
    def insert_everywhere(self) -> str:
        return f"{self._insert} SELECT * FROM ({self.counted}) AS counted ORDER BY {self.order}"

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
            WHERE tally.unit_id = marked.unit_id AND tally.{self.on} = {_BEGINS[self.on].format("marked.day")}
        """

    @property
    def differences(self) -> str:
        """How many rows were compared, beside each row that differs: unit, day, the other keys, counted, stored.

        One statement, hence one snapshot. Leaves out marked days, whose recount is pending. A mark commits with its
        change, and its removal with the recount, so every difference on an unmarked day is an error.
        """
        others = ", ".join(f"{key}::text" for key in self.keys)
        return _DIFFERENCES.format(
            counted=self.counted,
            table=self.table,
            on=self.on,
            others=f"ARRAY[{others}]::text[]",
            unmarked=_UNMARKED_OPEN if self.is_final else _UNMARKED.format(begins=_BEGINS[self.on].format("mark.day")),
            as_counted=", ".join(f"counted.{column}" for column in self.columns),
            as_stored=", ".join(f"stored.{column}" for column in self.columns),
        )

    @property
    def _insert(self) -> str:
        return f"INSERT INTO {self.table} ({', '.join(('unit_id', self.on, *self.keys, *self.columns))})"


_BEGINS: Final = {"day": "{}", "month": "date_trunc('month', {})::date"}
"""The first day of the period that a row counts, given any day of it."""

_DIFFERENCES: Final = """
    WITH compared AS (
        SELECT coalesce(counted.unit_id, stored.unit_id) AS unit_id,
               coalesce(counted.day, stored.{on}) AS day,
               coalesce(counted.others, stored.others) AS others,
               CASE WHEN counted.unit_id IS NOT NULL THEN ARRAY[{as_counted}]::bigint[] END AS counted,
               CASE WHEN stored.unit_id IS NOT NULL THEN ARRAY[{as_stored}]::bigint[] END AS stored
        FROM (SELECT *, {others} AS others FROM ({counted}) AS source) AS counted
        FULL JOIN (SELECT *, {others} AS others FROM {table}) AS stored
          ON counted.unit_id = stored.unit_id AND counted.day = stored.{on} AND counted.others = stored.others
    ),
    differing AS (
        SELECT * FROM compared WHERE counted IS DISTINCT FROM stored {unmarked}
    )
    SELECT checked.rows, differing.unit_id, differing.day, differing.others, differing.counted, differing.stored
    FROM (SELECT count(*) AS rows FROM compared) AS checked LEFT JOIN differing ON true
    ORDER BY differing.day, differing.unit_id, differing.others
"""
_UNMARKED: Final = """
    AND NOT EXISTS (
        SELECT FROM dossiers_staleday mark WHERE mark.unit_id = compared.unit_id AND {begins} = compared.day
    )
"""

_UNMARKED_OPEN: Final = """
    AND NOT EXISTS (SELECT FROM dossiers_staleopen mark WHERE mark.since <= compared.day)
"""


def _marked(
    table: str, alias: str, unit: str, moment: str, *, on: Literal["day", "month"] = "day", only: str = "true"
) -> str:
    """A FROM clause with only the rows of marked days of their unit, or of those months. `only`: the condition of the
    partial index to use.

    OFFSET 0 keeps the planner from reordering the join: it overestimates a day and would read the whole table.
    """
    first = _BEGINS[on].format("day")
    bound = "marked.{}" if moment == "day" else "marked.{}::timestamp AT TIME ZONE %(zone)s"
    return f"""(
            SELECT DISTINCT unit_id, {first} AS first, ({first} + interval '1 {on}')::date AS past
            FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS mark(unit_id, day)
        ) AS marked
        CROSS JOIN LATERAL (
            SELECT * FROM {table}
            WHERE {unit} = marked.unit_id AND {moment} >= {bound.format("first")} AND {moment} < {bound.format("past")}
              AND {only}
            OFFSET 0
        ) AS {alias}"""


VERDICT: Final = """
    WHEN (finished_at AT TIME ZONE %(zone)s)::date < (due_at AT TIME ZONE %(zone)s)::date THEN 'early'
    WHEN finished_at <= due_at THEN 'on_time'
    ELSE 'late'
"""
IS_WORK: Final = """
    finished_at IS NOT NULL AND NOT skipped AND due_at IS NOT NULL AND accepted_at < finished_at
    AND (leg.hours > 0 OR (leg.step_id IS NULL AND leg.position = 1))
"""
"""Of a `leg`: `dossiers.clock.legs.Leg.is_work`."""

_OVER: Final = "floor(extract(epoch FROM finished_at - due_at) / 60)"

# The first answer to what was filed online: accepted, refused, or sent back once for all that was missing.
_ANSWER: Final = """
    CASE WHEN dossier.intake = 'online' AND submitted_at < {decided} THEN (
        SELECT CASE WHEN least({decided}, min(asked.asked_at)) <= min(term.answer_by) THEN 'answered'
               ELSE 'answered_late' END
        FROM unnest(%(filed_on)s::date[], %(answer_by)s::timestamptz[]) AS term(filed_on, answer_by)
        LEFT JOIN dossiers_supplementrequest AS asked ON asked.dossier_id = dossier.id AND asked.stage = 'intake'
        WHERE term.filed_on = (submitted_at AT TIME ZONE %(zone)s)::date
    ) END
"""


def _sums(columns: tuple[str, ...]) -> str:
    """The count of each column, and the total minutes of what was late."""
    special = {
        "reappointed": "count(*) FILTER (WHERE what = 'late' AND again) AS reappointed",
        "reopened": "count(*) FILTER (WHERE what IN ('on_time', 'late') AND again) AS reopened",
        "over_minutes": "coalesce(sum(over) FILTER (WHERE what = 'late'), 0)::bigint AS over_minutes",
        "answered": "count(*) FILTER (WHERE answer = 'answered') AS answered",
        "answered_late": "count(*) FILTER (WHERE answer = 'answered_late') AS answered_late",
    }
    plain = "count(*) FILTER (WHERE what = '{0}') AS {0}"
    return ", ".join(special.get(column, plain.format(column)) for column in columns)


def _dossiers(received: str, finished: str, on: Literal["day", "month"] = "day") -> str:
    """Three kinds of rows: a unit's whole day (or month); the same by desk and channel; by procedure and channel."""
    received_on, finished_on = (
        _BEGINS[on].format(f"({column} AT TIME ZONE %(zone)s)::date") for column in ("received_at", "finished_at")
    )
    return f"""
        SELECT unit_id, day, procedure_id, desk_id, coalesce(channel, '') AS channel, {_sums(COUNTED)}
        FROM (
            SELECT handler_id AS unit_id, {received_on} AS day, procedure_id,
                   receiving_desk_id AS desk_id, intake AS channel, 'received' AS what, false AS again, 0 AS over,
                   {_ANSWER.format(decided="received_at")} AS answer
            FROM {received} WHERE received_at IS NOT NULL
            UNION ALL
            SELECT handler_id, {finished_on}, procedure_id,
                   receiving_desk_id, intake,
                   CASE WHEN status = %(refused)s THEN 'refused'
                        WHEN outcome = ANY(%(withdrawn)s) THEN 'withdrawn'
                        {VERDICT} END,
                   new_due_at IS NOT NULL, {_OVER},
                   CASE WHEN status = %(refused)s THEN {_ANSWER.format(decided="finished_at")} END
            FROM {finished} WHERE finished_at IS NOT NULL
        ) AS occurrence
        GROUP BY GROUPING SETS (
            (unit_id, day, procedure_id, channel), (unit_id, day, desk_id, channel), (unit_id, day)
        )
    """


def _lateness(finished: str) -> str:
    """By the unit that answers for it and the cause, where `dossiers.clock.replay` found one."""
    return f"""
        SELECT handler_id AS unit_id, date_trunc('month', finished_at AT TIME ZONE %(zone)s)::date AS day,
               late_unit_id, late_cause, count(*) AS dossiers
        FROM {finished}
        WHERE late_unit_id IS NOT NULL AND finished_at IS NOT NULL
        GROUP BY 1, 2, late_unit_id, late_cause
    """


def _legs(finished: str) -> str:
    """Legs that are work, each compared with its own due time. Four kinds of rows: by place of the step; by place and
    procedure; by place and step; and (place empty) a unit's whole day.

    Without an approved process, the place is the handler (`is_work`)."""
    return f"""
        SELECT unit_id, day, coalesce(place, '') AS place, procedure_id, step, {_sums(LEGS_COUNTED)}
        FROM (
            SELECT leg.unit_id, (finished_at AT TIME ZONE %(zone)s)::date AS day,
                   coalesce(step.place, 'handler') AS place, coalesce(step.name, '') AS step, procedure_id,
                   CASE {VERDICT} END AS what, {_OVER} AS over
            FROM {finished}
            JOIN (SELECT id AS key, procedure_id FROM dossiers_dossier) AS whole ON whole.key = leg.dossier_id
            LEFT JOIN procedures_processstep AS step ON step.id = leg.step_id
            WHERE {IS_WORK}
        ) AS occurrence
        GROUP BY GROUPING SETS (
            (unit_id, day, place, procedure_id), (unit_id, day, place, step), (unit_id, day, place), (unit_id, day)
        )
    """


def _supplements(finished: str) -> str:
    """Late: has a result, and has it after the due date. An apology: a new due date was set."""
    late = "outcome <> '' AND outcome <> ALL(%(withdrawn)s) AND finished_at > due_at"
    return f"""
        SELECT unit_id, day, procedure_id,
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
            FROM {finished}
            WHERE finished_at IS NOT NULL
              AND (supplements > 0 OR new_due_at IS NOT NULL OR finished_at > due_at)
        ) AS occurrence
        WHERE supplements > 0 OR new_due_at IS NOT NULL OR is_late
        GROUP BY unit_id, procedure_id, day
    """


def _cases(received: str, finished: str) -> str:
    """Two kinds of rows: a unit's day by kind, channel and category, and its whole day. Never sealed cases."""
    return f"""
        SELECT unit_id, day, coalesce(kind, '') AS kind, coalesce(channel, '') AS channel, category_id,
               {_sums(CASES_COUNTED)}
        FROM (
            SELECT complaint.unit_id, (received_at AT TIME ZONE %(zone)s)::date AS day, kind, channel, category_id,
                   'received' AS what, false AS again, 0 AS over
            FROM {received} WHERE NOT is_sealed
            UNION ALL
            SELECT complaint.unit_id, (finished_at AT TIME ZONE %(zone)s)::date, kind, channel, category_id,
                   CASE WHEN outcome IN ('not_accepted', 'transferred', 'withdrawn') THEN outcome
                        WHEN finished_at <= due_at THEN 'on_time' ELSE 'late' END,
                   reopened > 0, {_OVER}
            FROM {finished} WHERE NOT is_sealed AND finished_at IS NOT NULL
        ) AS occurrence
        GROUP BY GROUPING SETS ((unit_id, day, kind, channel, category_id), (unit_id, day))
    """


_DOSSIERS: Final = "dossiers_dossier AS dossier"
_LEGS: Final = "dossiers_dossierleg AS leg"
_CASES: Final = "complaints_case AS complaint"
_RECEIVED: Final = _marked("dossiers_dossier", "dossier", "handler_id", "received_at")
_FINISHED: Final = _marked("dossiers_dossier", "dossier", "handler_id", "finished_at")

DOSSIERS: Final = RollUp(
    name="dossiers",
    table="reporting_dailytally",
    keys=("procedure_id", "desk_id", "channel"),
    columns=COUNTED,
    order="channel <> '', day, unit_id",  # what dashboards read then lies together on the disk
    counted=_dossiers(_DOSSIERS, _DOSSIERS),
    counted_on_marked_days=_dossiers(_RECEIVED, _FINISHED),
)
MONTHS: Final = RollUp(
    name="months",
    table="reporting_monthtally",
    keys=DOSSIERS.keys,
    columns=COUNTED,
    order="channel <> '', day, unit_id",
    counted=_dossiers(_DOSSIERS, _DOSSIERS, on="month"),
    counted_on_marked_days=f"""
        SELECT tally.unit_id, marked.first, procedure_id, desk_id, channel,
               {", ".join(f"sum({column})::bigint" for column in COUNTED)}
        FROM {_marked("reporting_dailytally", "tally", "unit_id", "day", on="month")}
        GROUP BY tally.unit_id, marked.first, procedure_id, desk_id, channel
    """,
    on="month",
)
LATENESS: Final = RollUp(
    name="lateness",
    table="reporting_latetally",
    keys=("late_unit_id", "late_cause"),
    columns=("dossiers",),
    order="day, unit_id",
    counted=_lateness(_DOSSIERS),
    counted_on_marked_days=_lateness(_marked("dossiers_dossier", "dossier", "handler_id", "finished_at", on="month")),
    on="month",
)
LEGS: Final = RollUp(
    name="legs",
    table="reporting_legtally",
    keys=("place", "procedure_id", "step"),
    columns=LEGS_COUNTED,
    order="place <> '', procedure_id IS NOT NULL, step IS NOT NULL, day, unit_id",
    counted=_legs(_LEGS),
    counted_on_marked_days=_legs(_marked("dossiers_dossierleg", "leg", "unit_id", "finished_at", only="NOT skipped")),
)
SUPPLEMENTS: Final = RollUp(
    name="care",
    table="reporting_caretally",
    keys=("procedure_id",),
    columns=SUPPLEMENTS_COUNTED,
    order="day, unit_id, procedure_id",
    counted=_supplements(_DOSSIERS),
    counted_on_marked_days=_supplements(_FINISHED),
)
CASES: Final = RollUp(
    name="cases",
    table="reporting_casetally",
    keys=("kind", "channel", "category_id"),
    columns=CASES_COUNTED,
    order="kind <> '', day, unit_id",
    counted=_cases(_CASES, _CASES),
    counted_on_marked_days=_cases(
        _marked("complaints_case", "complaint", "unit_id", "received_at"),
        _marked("complaints_case", "complaint", "unit_id", "finished_at"),
    ),
)
OPEN: Final = RollUp(
    name="open",
    table="reporting_opentally",
    keys=(),
    columns=OPEN_COUNTED,
    order="day, unit_id",
    counted=COUNTED_OPEN,
)
ROLL_UPS: Final = (DOSSIERS, MONTHS, LATENESS, LEGS, SUPPLEMENTS, CASES, OPEN)
"""In the order in which they are counted: a recount of marked days reads days to count their month."""
FROM_MARKS: Final = tuple(each for each in ROLL_UPS if not each.is_final)

# Locks whole months: two recounts of days of one month would each add up the other's old day. In the order of the
# keys, so that two recounts cannot deadlock.
LOCK_MARKED_DAYS: Final = """
    SELECT pg_advisory_xact_lock(key)
    FROM (
        SELECT DISTINCT hashtextextended('tally ' || unit_id || ' ' || date_trunc('month', day)::date, 0) AS key
        FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
        ORDER BY key
    ) AS ordered
"""

# SHARE ROW EXCLUSIVE blocks recounts, single days and whole ones, but no readers.
LOCK_ALL: Final = f"LOCK TABLE {', '.join(each.table for each in ROLL_UPS)} IN SHARE ROW EXCLUSIVE MODE"
