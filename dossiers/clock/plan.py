"""The legs a dossier will have: the approved internal process, with every place resolved to a unit.

Without an approved process the way is desk, handling unit, desk, with all of the time at the handling unit.
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
    """The legs of a dossier taken in at `desk`: the last approved edition of its process; one query."""
    with connection.cursor() as cursor:  # asked by every registration
        cursor.execute(_STEPS, [version.pk])
        return resolved(cursor.fetchall(), desk=desk, handler_id=offering.handler_id)


def resolved(steps: Iterable[tuple[Any, ...]], *, desk: Unit, handler_id: int) -> PlanJson:
    """Rows of (step id, place, hours), perhaps with (unit id, parallel group), as legs.

    Consecutive steps of one unit stay legs of their own; consecutive steps of one parallel group above 0 share a turn.
    """
    places = {Place.DESK: desk.pk, Place.HANDLER: handler_id, Place.LEADER: desk.parent_id or desk.pk}
    plan: PlanJson = []
    turn, side_by_side = -1, 0
    for step, place, hours, *more in steps:
        unit_id, group = more or (None, 0)
        if not group or group != side_by_side:
            turn += 1
        side_by_side = group
        plan.append([unit_id or places[place], hours, step, turn])
    return plan if len(plan) > 1 else [[desk.pk, 0, 0, 0], [handler_id, 0, 0, 1], [desk.pk, 0, 0, 2]]
