"""The planned legs of a dossier: the approved internal process, with every place resolved to a unit.

Without an approved process the legs are desk, handling unit, desk, with all of the time at the handling unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from procedures.models import Offering, ProcedureVersion, ProcessStep
from units.models import Unit

Place = ProcessStep.Place

PlanJson = list[list[int]]
"""Legs as stored in an event: unit id, working hours, step id (0: none), group."""

_STEPS = """
    SELECT id, place, hours, unit_id, "group" FROM procedures_processstep WHERE process_id = (
        SELECT id FROM procedures_process WHERE version_id = %s AND approved_on IS NOT NULL
        ORDER BY edition DESC LIMIT 1
    ) ORDER BY position
"""


def plan_for(offering: Offering, version: ProcedureVersion, desk: Unit) -> PlanJson:
    """The legs of a dossier received at `desk`, by the latest approved edition of the process; one query."""
    with (
        connection.cursor() as cursor
    ):  # every registration runs it; building the ORM query costs more than its answer
        cursor.execute(_STEPS, [version.pk])
        return resolved(cursor.fetchall(), desk=desk, handler_id=offering.handler_id)


def resolved(steps: Iterable[tuple[Any, ...]], *, desk: Unit, handler_id: int) -> PlanJson:
    """Turns rows of (step id, place, hours), optionally with (unit id, parallel group), into legs.

    Consecutive steps of one unit stay separate legs; consecutive steps of one parallel group above 0 share a group.
    """
    places = {Place.DESK: desk.pk, Place.HANDLER: handler_id, Place.LEADER: desk.parent_id or desk.pk}
    plan: PlanJson = []
    group, last_parallel = -1, 0
    for step, place, hours, *more in steps:
        unit_id, parallel = more or (None, 0)
        if not parallel or parallel != last_parallel:
            group += 1
        last_parallel = parallel
        plan.append([unit_id or places[place], hours, step, group])
    return plan if len(plan) > 1 else [[desk.pk, 0, 0, 0], [handler_id, 0, 0, 1], [desk.pk, 0, 0, 2]]
