"""Who holds what: every open dossier counted at the unit that answers for it, and hand-overs that take too long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from dossiers.handovers import UnitHolding, Waiting, handover_alarms, holdings, late_transfers
from dossiers.mornings import coming_to
from dossiers.views.staff import Role, staff_only
from dossiers.workload import Work, work_at
from units.models import Unit

MOST: Final = 50
"""Rows of slow hand-overs that are listed; the number of all of them is said above."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's line: what it answers for, how many are on their way to it, and what of its work is overdue."""

    unit: Unit
    held: UnitHolding
    coming: int
    work: Work


@dataclass(frozen=True, slots=True)
class Slow:
    """Hand-overs that take too long: how many, and the first of them."""

    number: int
    rows: Sequence[Waiting]


@staff_only(Role.OFFICIAL, Role.LEADER)
@require_GET
def holders(request: HttpRequest, user: User) -> HttpResponse:
    """The units this person leads, each with what it holds now."""
    at = timezone.now()
    units = {unit.pk: unit for unit in user.units_as(Role.OFFICIAL, Role.LEADER).select_related("kind")}
    rows = _rows(units, at)
    context = {
        "tab": "holders",
        "at": at,
        "rows": rows,
        "unheld": sum(row.held.unheld for row in rows),
        "not_sent": _slow(late_transfers(at), units),
        "not_taken": _slow(handover_alarms(at), units),
    }
    return render(request, "dossiers/holders.html", context)


def _rows(units: dict[int, Unit], at: datetime) -> list[Row]:
    """In the order of the tree; units that hold nothing and wait for nothing are left out."""
    held = {one.unit_id: one for one in holdings() if one.unit_id in units}
    coming, work = coming_to(units), work_at(units, at)
    return [
        Row(unit, held.get(unit.pk, UnitHolding(unit.pk, 0, 0, None, 0)), coming.get(unit.pk, 0), work[unit.pk])
        for unit in sorted(units.values(), key=lambda unit: (unit.path.count("/"), unit.order, unit.name))
        if unit.pk in held or unit.pk in coming or work[unit.pk].overdue
    ]


def _slow(waiting: Iterable[Waiting], units: dict[int, Unit]) -> Slow:
    """Those that either side of which is one of `units`, the longest first."""
    concerned = [row for row in waiting if row.leg.unit_id in units or (row.other and row.other.pk in units)]
    return Slow(len(concerned), concerned[:MOST])
