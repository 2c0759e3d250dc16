"""SQL of the published rows: how much detail each row shows, and the tables that are copied out.

A row gets the most detailed level at which at least `enough` dossiers have the same values; levels are tried from the
most detail to the least, each among the rows that the finer levels left. Columns in which those rows differ are empty.

Parameters by name: those of `reporting.rollup.counting_sql`; `cut` (end of the last published month, a moment),
`recent` (start of the last twelve months), `enough`, `most_days`; `named_recent`, `named_earlier`: keys of the units
that may be named in each period (`legs_recent`, `legs_earlier` for legs); `petitions`, `settled`: kinds and outcomes
of published cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reporting.open_data.dictionary import (
    CASES,
    CLOSED,
    DAY,
    EARLIER,
    FIELD,
    LEGS,
    MONTH,
    NONE,
    OPEN,
    PROCEDURES,
    RECENT,
    UNIT,
    UNITS,
    YEAR,
)
from reporting.rollup.counting_sql import IS_WORK, VERDICT


@dataclass(frozen=True, slots=True)
class DetailLevel:
    """A level of detail and the columns that its rows must share. The last level has none and takes the rest."""

    name: str
    keys: str = ""


def _with_detail(source: str, grades: Sequence[DetailLevel]) -> str:
    """`source` with a column `detail`. A dossier counts once in a group, however many legs it has there."""
    query, taken = source, "false"
    for grade in grades[:-1]:
        same = f"({taken}), {grade.keys}"
        query = f"""
            SELECT *, NOT ({taken}) AND count(*) FILTER (WHERE first_{grade.name}) OVER (PARTITION BY {same})
                      >= %(enough)s AS is_{grade.name}
            FROM (
                SELECT *, row_number() OVER (PARTITION BY {same}, dossier) = 1 AS first_{grade.name}
                FROM ({query}) AS coarser
            ) AS numbered
        """
        taken = " OR ".join((taken, f"is_{grade.name}"))
    found = " ".join(f"WHEN is_{grade.name} THEN '{grade.name}'" for grade in grades[:-1])
    return f"SELECT *, CASE {found} ELSE '{grades[-1].name}' END AS detail FROM ({query}) AS graded"


_CATALOGUE_JOINS: Final = """
    LEFT JOIN units_unit AS unit ON unit.id = known.unit
    JOIN units_unitkind AS level ON level.id = known.level
    JOIN procedures_procedure AS procedure ON procedure.id = known.procedure
    JOIN procedures_field AS field ON field.id = known.field
"""


def _printed(values: dict[str, str], rows: str, beside: str = _CATALOGUE_JOINS) -> str:
    """The printed columns of `rows`, which carry ids until here because ids sort many times faster than words."""
    listed = ", ".join(f"{value} AS {name}" for name, value in values.items())
    return f"SELECT {listed} FROM ({rows}) AS known {beside}"


def _only(value: str, *details: str) -> str:
    return f"CASE WHEN detail IN ({', '.join(repr(detail) for detail in details)}) THEN {value} END"


def _dated(day: str, /, **forms: str) -> str:
    """A day, month or year by `detail`; null for levels that are not in `forms`."""
    cases = " ".join(f"WHEN '{detail}' THEN '{form}'" for detail, form in forms.items())
    return f"to_char({day}, CASE detail {cases} END)"


def _local(moment: str) -> str:
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def _month(moment: str) -> str:
    return f"date_trunc('month', {moment} AT TIME ZONE %(zone)s)::date"


def _named(units: str, key: str) -> str:
    """The unit's key, where it may be named in the period of `finished_at`."""
    allowed = f"CASE WHEN finished_at >= %(recent)s THEN %({units}_recent)s ELSE %({units}_earlier)s END"
    return f"CASE WHEN {key} = ANY({allowed}::bigint[]) THEN {key} END"


_PERIOD: Final = f"CASE WHEN finished_at >= %(recent)s THEN '{RECENT}' ELSE '{EARLIER}' END AS period"
_CATALOGUE: Final = "JOIN procedures_procedure AS act ON act.id = procedure_id"
_KEYS: Final = "act.level_id AS level, act.id AS procedure, act.field_id AS field"
_CHANNEL: Final = 'intake COLLATE "C" AS channel'
_DAYS: Final = "greatest(-%(most_days)s, least(%(most_days)s, finished - due))"
_YEAR, _MONTH, _DAY = "YYYY", "YYYY-MM", "YYYY-MM-DD"

_CLOSED_ROWS: Final = f"""
    SELECT dossier.id AS dossier, {_named("named", "handler_id")} AS unit, {_KEYS}, {_CHANNEL},
           {_local("received_at")} AS received, {_month("received_at")} AS received_month,
           date_part('year', {_local("received_at")}) AS received_year,
           {_local("finished_at")} AS finished, {_month("finished_at")} AS finished_month, {_local("due_at")} AS due,
           CASE WHEN status = %(refused)s THEN 'refused' ELSE outcome END AS outcome,
           CASE WHEN status = %(refused)s OR outcome = ANY(%(withdrawn)s) THEN NULL {VERDICT} END AS verdict,
           late_cause AS cause, {_PERIOD}
    FROM dossiers_dossier AS dossier {_CATALOGUE}
    WHERE finished_at < %(cut)s
"""
_CLOSED_LEVELS: Final = (
    DetailLevel(DAY, "unit, level, procedure, channel, received, finished"),
    DetailLevel(MONTH, "unit, level, procedure, channel, received_month, finished_month"),
    DetailLevel(FIELD, "unit, level, field, received_month, finished_month"),
    DetailLevel(UNIT, "unit, level, received_year, finished_month"),
    DetailLevel(YEAR),
)
_CLOSED_COLUMNS: Final = {
    # A unit's figures need only its results: at the last level, dossiers without a result have no unit.
    "unit": f"CASE WHEN detail <> '{YEAR}' OR verdict IS NOT NULL THEN unit.slug END",
    "level": "level.code",
    "procedure": _only("procedure.ref", DAY, MONTH),
    "field": _only("field.slug", DAY, MONTH, FIELD),
    "channel": _only("channel", DAY, MONTH),
    "received": _dated("received", day=_DAY, month=_MONTH, field=_MONTH, unit=_YEAR, year=_YEAR),
    "due": _dated("due", day=_DAY),
    "finished": _dated("finished", day=_DAY, month=_MONTH, field=_MONTH, unit=_MONTH, year=_YEAR),
    "outcome": _only("outcome", DAY, MONTH, FIELD, UNIT),
    "verdict": "verdict",
    "days_past_due": f"CASE WHEN verdict IS NOT NULL AND detail <> '{YEAR}' THEN {_DAYS} END",
    "cause": f"CASE WHEN verdict = 'late' AND detail <> '{YEAR}' THEN nullif(cause, '') END",
    "period": "period",
    "detail": "detail",
}

_OPEN_ROWS: Final = f"""
    SELECT dossier.id AS dossier, handler_id AS unit, {_KEYS}, {_CHANNEL},
           {_local("received_at")} AS received, {_month("received_at")} AS received_month,
           date_part('year', {_local("received_at")}) AS received_year, {_local("due_at")} AS due,
           CASE WHEN coalesce((
                    SELECT to_status FROM dossiers_dossierevent AS event
                    WHERE event.dossier_id = dossier.id AND at < %(cut)s ORDER BY number DESC LIMIT 1
                ), status) = ANY(%(waiting)s) THEN 'waiting'
                WHEN due_at < %(cut)s THEN 'overdue' ELSE 'running' END AS state
    FROM dossiers_dossier AS dossier {_CATALOGUE}
    WHERE received_at < %(cut)s AND (finished_at IS NULL OR finished_at >= %(cut)s)
"""
_OPEN_LEVELS: Final = (
    DetailLevel(MONTH, "unit, level, procedure, channel, received_month"),
    DetailLevel(FIELD, "unit, level, field, received_month"),
    DetailLevel(UNIT, "unit, level, received_year"),
    DetailLevel(NONE),
)
_OPEN_COLUMNS: Final = {
    "unit": _only("unit.slug", MONTH, FIELD, UNIT),
    "level": "level.code",
    "procedure": _only("procedure.ref", MONTH),
    "field": _only("field.slug", MONTH, FIELD),
    "channel": _only("channel", MONTH),
    "received": _dated("received", month=_MONTH, field=_MONTH, unit=_YEAR, none=_YEAR),
    "due": _dated("due", month=_MONTH),
    "state": "state",
    "detail": "detail",
}

_LEG_ROWS: Final = f"""
    SELECT dossier.id AS dossier, {_named("legs", "unit_id")} AS unit, {_KEYS}, hours,
           {_month("accepted_at")} AS accepted, {_local("leg.finished_at")} AS finished,
           {_month("leg.finished_at")} AS finished_month, {_local("leg.due_at")} AS due, verdict, {_PERIOD}
    FROM (
        SELECT dossier_id, unit_id, hours, accepted_at, finished_at, due_at, CASE {VERDICT} END AS verdict
        FROM dossiers_dossierleg AS leg WHERE {IS_WORK} AND finished_at < %(cut)s
    ) AS leg
    JOIN (SELECT id, procedure_id FROM dossiers_dossier) AS dossier ON dossier.id = dossier_id {_CATALOGUE}
"""
_LEG_LEVELS: Final = (
    DetailLevel(MONTH, "unit, procedure, accepted, finished_month"),
    DetailLevel(FIELD, "unit, field, accepted, finished_month"),
    DetailLevel(UNIT, "unit, finished_month"),
    DetailLevel(YEAR),
)
_LEG_COLUMNS: Final = {
    "unit": "unit.slug",
    "procedure": _only("procedure.ref", MONTH),
    "field": _only("field.slug", MONTH, FIELD),
    "accepted": _dated("accepted", month=_MONTH, field=_MONTH),
    "finished": _dated("finished", month=_MONTH, field=_MONTH, unit=_MONTH, year=_YEAR),
    "hours": _only("hours", MONTH, FIELD),
    "verdict": "verdict",
    "days_past_due": f"CASE WHEN detail <> '{YEAR}' THEN {_DAYS} END",
    "period": "period",
    "detail": "detail",
}

_CASE_ROWS: Final = f"""
    SELECT complaint.id AS dossier, unit_id AS unit, kind, category_id AS category, channel,
           {_month("received_at")} AS received, date_part('year', {_local("received_at")}) AS received_year,
           {_local("finished_at")} AS finished, {_month("finished_at")} AS finished_month, {_local("due_at")} AS due,
           CASE WHEN finished_at <= due_at THEN 'on_time' ELSE 'late' END AS verdict
    FROM complaints_case AS complaint
    WHERE finished_at < %(cut)s AND NOT is_sealed AND kind = ANY(%(petitions)s) AND outcome = ANY(%(settled)s)
"""
_CASE_LEVELS: Final = (
    DetailLevel(MONTH, "unit, kind, category, channel, received, finished_month"),
    DetailLevel(FIELD, "unit, kind, received, finished_month"),
    DetailLevel(UNIT, "unit, received_year, finished_month"),
    DetailLevel(YEAR),
)
_CASE_COLUMNS: Final = {
    "unit": _only("unit.slug", MONTH, FIELD, UNIT),
    "kind": _only("known.kind", MONTH, FIELD),
    "category": _only("category.code", MONTH),
    "channel": _only("channel", MONTH),
    "received": _dated("received", month=_MONTH, field=_MONTH, unit=_YEAR, year=_YEAR),
    "finished": _dated("finished", month=_MONTH, field=_MONTH, unit=_MONTH, year=_YEAR),
    "verdict": "verdict",
    "days_past_due": f"CASE WHEN detail <> '{YEAR}' THEN {_DAYS} END",
    "detail": "detail",
}
_CASE_JOINS: Final = """
    LEFT JOIN units_unit AS unit ON unit.id = known.unit
    LEFT JOIN complaints_category AS category ON category.id = known.category
"""

SELECTS: Final = {
    CLOSED.name: _printed(_CLOSED_COLUMNS, _with_detail(_CLOSED_ROWS, _CLOSED_LEVELS)),
    OPEN.name: _printed(_OPEN_COLUMNS, _with_detail(_OPEN_ROWS, _OPEN_LEVELS)),
    LEGS.name: _printed(_LEG_COLUMNS, _with_detail(_LEG_ROWS, _LEG_LEVELS)),
    CASES.name: _printed(_CASE_COLUMNS, _with_detail(_CASE_ROWS, _CASE_LEVELS), _CASE_JOINS),
    UNITS.name: """
        SELECT slug AS code, unit.name, kind.name AS kind
        FROM units_unit AS unit JOIN units_unitkind AS kind ON kind.id = kind_id
    """,
    PROCEDURES.name: """
        SELECT ref AS code, (
            SELECT name FROM procedures_procedureversion AS version
            WHERE version.procedure_id = act.id ORDER BY lower(valid) DESC NULLS LAST LIMIT 1
        ) AS name, level.code AS level, field.slug AS field, field.name AS field_name
        FROM procedures_procedure AS act
        JOIN units_unitkind AS level ON level.id = act.level_id
        JOIN procedures_field AS field ON field.id = act.field_id
    """,
}
"""Each table's rows by name, its columns in the order of the dictionary."""

COUNTED: Final = f"""
    SELECT finished, received, period, level, unit, verdict, count(*)
    FROM (
        SELECT left(finished, 4) AS finished, left(received, 4) AS received, period, level, unit, verdict
        FROM "{CLOSED.name}"
        UNION ALL
        SELECT NULL, left(received, 4), NULL, level, NULL, NULL FROM "{OPEN.name}"
    ) AS told
    GROUP BY finished, received, period, level, unit, verdict
"""
"""Counts of the published rows, to check that they give the published figures."""
