"""Dossiers as lists print them, read by one statement that is the same for all of them.

A queue of fifty rows is opened all day: as models, each row with its offices and legs, they cost more than all else on
the page. What decides about one file (`permissions`, `acts.next_act`, `wording`) takes either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from dossiers.clock.states import Status
from dossiers.models import Dossier, reads_at

_LIST: Final = """
    SELECT dossier.id, dossier.code, dossier.status, dossier.outcome, dossier.received_at, dossier.due_at,
        dossier.new_due_at, dossier.applicant_name, version.name, desk.id, desk.name, desk.path, desk.parent_id,
        handler.id, handler.name, handler.path, handler.parent_id, holder.id, holder.name, holder.path,
        holder.parent_id, way.legs, dossier.finished_at, late_unit.name, dossier.late_cause
    FROM unnest({keys}) WITH ORDINALITY AS wanted(id, place)
    JOIN dossiers_dossier AS dossier ON dossier.id = wanted.id
    JOIN procedures_procedureversion AS version ON version.id = dossier.version_id
    JOIN units_unit AS desk ON desk.id = dossier.desk_id
    JOIN units_unit AS handler ON handler.id = dossier.handler_id
    JOIN units_unit AS holder ON holder.id = dossier.holder_id
    LEFT JOIN units_unit AS late_unit ON late_unit.id = dossier.late_unit_id
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(unit.id, unit.name, unit.path, unit.parent_id, leg.position, leg."group",
            leg.skipped, leg.due_at, leg.handed_over_at, leg.accepted_at, leg.finished_at) ORDER BY leg.position
        ) AS legs
        FROM dossiers_dossierleg AS leg JOIN units_unit AS unit ON unit.id = leg.unit_id
        WHERE leg.dossier_id = dossier.id
    ) AS way ON true
    ORDER BY wanted.place
"""


class Office(NamedTuple):
    """What a line says of a unit."""

    pk: int
    name: str
    path: str
    parent_id: int | None


class Stop(NamedTuple):
    """A leg of a line, field by field that of `models.DossierLeg`."""

    unit: Office
    position: int
    group: int
    skipped: bool
    due_at: datetime | None
    handed_over_at: datetime | None
    accepted_at: datetime | None
    finished_at: datetime | None

    @property
    def unit_id(self) -> int:
        return self.unit.pk

    @property
    def in_hand(self) -> bool:
        return self.accepted_at is not None and self.finished_at is None and not self.skipped

    @property
    def on_its_way(self) -> bool:
        return self.handed_over_at is not None and self.accepted_at is None and not self.skipped

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None or self.skipped


@dataclass(frozen=True, slots=True)
class Listed:
    """One line, field by field that of `models.Dossier`; `procedure` is the name of its version, `legs` in order."""

    pk: int
    code: str
    state: Status
    outcome: str
    received_at: datetime | None
    due_at: datetime | None
    new_due_at: datetime | None
    applicant_name: str
    procedure: str
    desk: Office
    handler: Office
    holder: Office
    legs: Sequence[Stop]
    finished_at: datetime | None = None
    late_unit_name: str = ""
    late_cause: str = ""

    @property
    def desk_id(self) -> int:
        return self.desk.pk

    @property
    def handler_id(self) -> int:
        return self.handler.pk

    def is_worked_on_by(self, user: User) -> bool:
        """As that of `models.Dossier`."""
        offices = [self.desk, self.handler, self.holder, *(leg.unit for leg in self.legs if leg.handed_over_at)]
        return reads_at(user, offices)


def listed(keys: Sequence[int]) -> list[Listed]:
    """The dossiers with these keys, in this order; one query, none for no key."""
    if not keys:
        return []
    return _read("%s::bigint[]", [list(keys)])


def listed_first(searches: Sequence[QuerySet[Dossier]], first: int, end: int) -> list[Listed]:
    """From row `first` up to before row `end` of the first of `searches` that finds anything; one query, in which the
    later ones are only run when needed."""
    made = [rows.values("pk")[:end].query.sql_with_params() for rows in searches]
    found = ", ".join(f"nullif(ARRAY({sql}), '{{}}')" for sql, _params in made)
    return _read(f"(coalesce({found}))[%s:%s]", [*chain(*(params for _sql, params in made)), first + 1, end])


def _read(keys: str, params: Sequence[Any]) -> list[Listed]:
    with connection.cursor() as cursor:
        cursor.execute(_LIST.format(keys=keys), params)
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> Listed:
    pk, code, status, outcome, received_at, due_at, new_due_at, applicant, procedure = row[:9]
    desk, handler, holder = Office(*row[9:13]), Office(*row[13:17]), Office(*row[17:21])
    legs = [_stop(leg) for leg in row[21] or ()]
    return Listed(
        *(pk, code, Status(status), outcome, received_at, due_at, new_due_at, applicant, procedure),
        *(desk, handler, holder, legs, row[22], row[23] or "", row[24]),
    )


def _stop(leg: Sequence[Any]) -> Stop:
    return Stop(Office(*leg[:4]), *leg[4:7], *_moments(leg[7:]))


def _moments(written: Iterable[str | None]) -> list[datetime | None]:
    return [datetime.fromisoformat(moment) if moment else None for moment in written]
