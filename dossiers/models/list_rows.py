"""Dossiers as lists print them, with offices and legs, read by one SQL statement.

Fifty model instances with their offices and legs cost more time than the rest of the queue page together. Functions
about one dossier (`permissions`, `operations.registry.next_act`, `explanation.wording`) accept either type.
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


class ListedUnit(NamedTuple):
    """The columns of a unit that lists need."""

    pk: int
    name: str
    path: str
    parent_id: int | None


class ListedLeg(NamedTuple):
    """A leg of a listed dossier; the same fields as `models.DossierLeg`."""

    unit: ListedUnit
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
class ListedDossier:
    """A dossier in a list; fields as in `models.Dossier`. `procedure` is the name of its version, `legs` in order."""

    pk: int
    code: str
    state: Status
    outcome: str
    received_at: datetime | None
    due_at: datetime | None
    new_due_at: datetime | None
    applicant_name: str
    procedure: str
    desk: ListedUnit
    handler: ListedUnit
    holder: ListedUnit
    legs: Sequence[ListedLeg]
    finished_at: datetime | None = None
    late_unit_name: str = ""
    late_cause: str = ""

    @property
    def desk_id(self) -> int:
        return self.desk.pk

    @property
    def handler_id(self) -> int:
        return self.handler.pk

    @property
    def holder_id(self) -> int:
        return self.holder.pk

    def is_worked_on_by(self, user: User) -> bool:
        """The same as `models.Dossier.is_worked_on_by`."""
        offices = [self.desk, self.handler, self.holder, *(leg.unit for leg in self.legs if leg.handed_over_at)]
        return reads_at(user, offices)


def listed(keys: Sequence[int]) -> list[ListedDossier]:
    """Returns the dossiers with these keys, in this order; one query, none without keys."""
    if not keys:
        return []
    return _read("%s::bigint[]", [list(keys)])


def listed_first(searches: Sequence[QuerySet[Dossier]], first: int, end: int) -> list[ListedDossier]:
    """Returns rows `first` to `end` (excluded) of the first search that finds anything; one query.

    PostgreSQL runs a later search only when the earlier ones are empty (`coalesce`).
    """
    made = [rows.values("pk")[:end].query.sql_with_params() for rows in searches]
    found = ", ".join(f"nullif(ARRAY({sql}), '{{}}')" for sql, _params in made)
    return _read(f"(coalesce({found}))[%s:%s]", [*chain(*(params for _sql, params in made)), first + 1, end])


def _read(keys: str, params: Sequence[Any]) -> list[ListedDossier]:
    with connection.cursor() as cursor:
        cursor.execute(_LIST.format(keys=keys), params)
        return [_listed_dossier(row) for row in cursor.fetchall()]


def _listed_dossier(row: Sequence[Any]) -> ListedDossier:
    pk, code, status, outcome, received_at, due_at, new_due_at, applicant, procedure = row[:9]
    desk, handler, holder = ListedUnit(*row[9:13]), ListedUnit(*row[13:17]), ListedUnit(*row[17:21])
    legs = [_listed_leg(leg) for leg in row[21] or ()]
    return ListedDossier(
        *(pk, code, Status(status), outcome, received_at, due_at, new_due_at, applicant, procedure),
        *(desk, handler, holder, legs, row[22], row[23] or "", row[24]),
    )


def _listed_leg(leg: Sequence[Any]) -> ListedLeg:
    return ListedLeg(ListedUnit(*leg[:4]), *leg[4:7], *_moments(leg[7:]))


def _moments(written: Iterable[str | None]) -> list[datetime | None]:
    return [datetime.fromisoformat(moment) if moment else None for moment in written]
