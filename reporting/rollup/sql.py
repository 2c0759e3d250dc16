"""The roll-ups' SQL: how tallies follow from dossiers and from legs, once, for counting and for proving alike.

Tallies of a month are counted from the same sources; where one of its days was marked, as the sum of its days.

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

    `columns` are counts, `keys` what else tells rows of one unit and day apart; every count of the source has both,
    and is sorted by `order`. `is_final`: nothing that happens later changes a row: no mark of a day concerns it, only
    those of a past that became another (`StaleOpen`). `on`: "month" where a row is of a whole month and has its
    first day; so is then what a mark concerns.
    """

    of: str
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
        """How many rows were compared, beside each row that differs: unit, day, the other keys, counted, kept.

        One statement, hence one snapshot. A marked day is left out: its change is committed and its recount is still
        to come. Mark and change commit together, and so do recount and removal of the mark; so whatever differs and
        is not marked is wrong.
        """
        others = ", ".join(f"{key}::text" for key in self.keys)
        return _DIFFERENCES.format(
            counted=self.counted,
            table=self.table,
            on=self.on,
            others=f"ARRAY[{others}]::text[]",
            unmarked=_UNMARKED_OPEN if self.is_final else _UNMARKED.format(begins=_BEGINS[self.on].format("mark.day")),
            as_counted=", ".join(f"counted.{column}" for column in self.columns),
            as_kept=", ".join(f"kept.{column}" for column in self.columns),
        )

    @property
    def _insert(self) -> str:
        return f"INSERT INTO {self.table} ({', '.join(('unit_id', self.on, *self.keys, *self.columns))})"


_BEGINS: Final = {"day": "{}", "month": "date_trunc('month', {})::date"}
"""The first day of what a row stands for, of any of its days."""

_DIFFERENCES: Final = """
    WITH compared AS (
        SELECT coalesce(counted.unit_id, kept.unit_id) AS unit_id,
               coalesce(counted.day, kept.{on}) AS day,
               coalesce(counted.others, kept.others) AS others,
               CASE WHEN counted.unit_id IS NOT NULL THEN ARRAY[{as_counted}]::bigint[] END AS counted,
               CASE WHEN kept.unit_id IS NOT NULL THEN ARRAY[{as_kept}]::bigint[] END AS kept
        FROM (SELECT *, {others} AS others FROM ({counted}) AS source) AS counted
        FULL JOIN (SELECT *, {others} AS others FROM {table}) AS kept
          ON counted.unit_id = kept.unit_id AND counted.day = kept.{on} AND counted.others = kept.others
    ),
    differing AS (
        SELECT * FROM compared WHERE counted IS DISTINCT FROM kept {unmarked}
    )
    SELECT checked.rows, differing.unit_id, differing.day, differing.others, differing.counted, differing.kept
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
    """In place of a whole table: those of its rows that fall on the marked days of their unit, or in their months;
    `only`: what an index of them is limited to.

    Without OFFSET the planner joins freely: it takes a day for much fuller than it is, and reads the whole register.
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
    """A count of the acts of each sort, and the minutes of those that were late."""
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
    """Three sorts of rows: a unit's whole day (or month); the same by desk and channel; by procedure and channel."""
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
        ) AS act
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
    """Legs that are work, each measured by its own time. Four sorts of rows: by whose step it was, that and procedure,
    that and step, and (place empty) all of a unit's day.

    Where no process is approved, all of the time is the handling unit's (`is_work`)."""
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
        ) AS act
        GROUP BY GROUPING SETS (
            (unit_id, day, place, procedure_id), (unit_id, day, place, step), (unit_id, day, place), (unit_id, day)
        )
    """


def _supplements(finished: str) -> str:
    """Late is what has a result and has it after the promise; an apology is a new date."""
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
        ) AS act
        WHERE supplements > 0 OR new_due_at IS NOT NULL OR is_late
        GROUP BY unit_id, procedure_id, day
    """


def _cases(received: str, finished: str) -> str:
    """Two sorts of rows: a unit's day by kind, channel and category, and all of it. Sealed cases are in neither."""
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
        ) AS act
        GROUP BY GROUPING SETS ((unit_id, day, kind, channel, category_id), (unit_id, day))
    """


_DOSSIERS: Final = "dossiers_dossier AS dossier"
_LEGS: Final = "dossiers_dossierleg AS leg"
_CASES: Final = "complaints_case AS complaint"
_RECEIVED: Final = _marked("dossiers_dossier", "dossier", "handler_id", "received_at")
_FINISHED: Final = _marked("dossiers_dossier", "dossier", "handler_id", "finished_at")

DOSSIERS: Final = RollUp(
    of="dossiers",
    table="reporting_dailytally",
    keys=("procedure_id", "desk_id", "channel"),
    columns=COUNTED,
    order="channel <> '', day, unit_id",  # what dashboards read then lies together on the disk
    counted=_dossiers(_DOSSIERS, _DOSSIERS),
    counted_on_marked_days=_dossiers(_RECEIVED, _FINISHED),
)
MONTHS: Final = RollUp(
    of="months",
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
    of="lateness",
    table="reporting_latetally",
    keys=("late_unit_id", "late_cause"),
    columns=("dossiers",),
    order="day, unit_id",
    counted=_lateness(_DOSSIERS),
    counted_on_marked_days=_lateness(_marked("dossiers_dossier", "dossier", "handler_id", "finished_at", on="month")),
    on="month",
)
LEGS: Final = RollUp(
    of="legs",
    table="reporting_legtally",
    keys=("place", "procedure_id", "step"),
    columns=LEGS_COUNTED,
    order="place <> '', procedure_id IS NOT NULL, step IS NOT NULL, day, unit_id",
    counted=_legs(_LEGS),
    counted_on_marked_days=_legs(_marked("dossiers_dossierleg", "leg", "unit_id", "finished_at", only="NOT skipped")),
)
SUPPLEMENTS: Final = RollUp(
    of="care",
    table="reporting_caretally",
    keys=("procedure_id",),
    columns=SUPPLEMENTS_COUNTED,
    order="day, unit_id, procedure_id",
    counted=_supplements(_DOSSIERS),
    counted_on_marked_days=_supplements(_FINISHED),
)
CASES: Final = RollUp(
    of="cases",
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
    of="open",
    table="reporting_opentally",
    keys=(),
    columns=OPEN_COUNTED,
    order="day, unit_id",
    counted=COUNTED_OPEN,
)
ROLL_UPS: Final = (DOSSIERS, MONTHS, LATENESS, LEGS, SUPPLEMENTS, CASES, OPEN)
"""In the order in which they are counted: a month where a day was marked follows from its days."""
FROM_MARKS: Final = tuple(each for each in ROLL_UPS if not each.is_final)

# By the month: two recounts of its days would each sum the other's as it was. In the order of the keys, so that two
# recounts of several cannot wait for one another in a ring.
LOCK_MARKED_DAYS: Final = """
    SELECT pg_advisory_xact_lock(key)
    FROM (
        SELECT DISTINCT hashtextextended('tally ' || unit_id || ' ' || date_trunc('month', day)::date, 0) AS key
        FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS marked(unit_id, day)
        ORDER BY key
    ) AS ordered
"""

# SHARE ROW EXCLUSIVE: readers go on; a recount of single days waits, and so does a second count of everything.
LOCK_ALL: Final = f"LOCK TABLE {', '.join(each.table for each in ROLL_UPS)} IN SHARE ROW EXCLUSIVE MODE"
