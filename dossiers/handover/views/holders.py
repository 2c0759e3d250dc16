"""Counts open dossiers by the unit that has them, and lists slow hand-overs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.staff.pages import Role, staff_only
from dossiers.handover.waiting import (
    UnitHolding,
    WaitingLeg,
    handover_alarms,
    holdings,
    late_transfers,
)
from dossiers.reminders.daily_worklist_rows import coming_to
from dossiers.workload.counts import UnitWork, work_at
from units.models import Unit

MOST: Final = 50
"""Listed rows of slow hand-overs; the page shows the number of all above."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: what it holds, how many dossiers are on their way to it, and its overdue work. `is_outside`: none of
    the page's units; counts only dossiers that those handle."""

    unit: Unit
    held: UnitHolding
    coming: int
    work: UnitWork
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class SlowHandovers:
    """Slow hand-overs: the number of all, and the first rows."""

    number: int
    rows: Sequence[WaitingLeg]


@staff_only(Role.OFFICIAL, Role.LEADER)
@require_GET
def holders(request: HttpRequest, user: User) -> HttpResponse:
    """The units this person leads, with what each holds now."""
    at = timezone.now()
    units = {unit.pk: unit for unit in user.units_as(Role.OFFICIAL, Role.LEADER).select_related("kind")}
    held = {one.unit_id: one for one in holdings(units)}
    rows = [*_rows(units, held, at), *_other_units(units, held)]
    context = {
        "tab": "holders",
        "at": at,
        "rows": rows,
        "in_hand": sum(row.held.in_hand for row in rows),
        "sent": sum(row.held.sent for row in rows),
        "again": sum(row.held.again for row in rows),
        "overdue": sum(row.work.overdue for row in rows),
        "unheld": sum(row.held.unheld for row in rows),
        "not_sent": _slow(late_transfers(at), units),
        "not_taken": _slow(handover_alarms(at), units),
    }
    return render(request, "dossiers/handover/holders.html", context)


def _rows(units: dict[int, Unit], held: Mapping[int, UnitHolding], at: datetime) -> list[UnitRow]:
    """Rows in the order of the tree, without units that have nothing in hand, on the way or overdue."""
    coming, work = coming_to(units), work_at(units, at)
    return [
        UnitRow(unit, held.get(unit.pk, UnitHolding(unit.pk, 0, 0, None, 0)), coming.get(unit.pk, 0), work[unit.pk])
        for unit in sorted(units.values(), key=lambda unit: (unit.path.count("/"), unit.order, unit.name))
        if unit.pk in held or unit.pk in coming or work[unit.pk].overdue
    ]


def _other_units(units: dict[int, Unit], held: Mapping[int, UnitHolding]) -> list[UnitRow]:
    """Other units that have dossiers which `units` handle; without them the totals would be too small."""
    others = {key: one for key, one in held.items() if key not in units and one.in_hand_of + one.sent_of}
    named = Unit.objects.order_by("name").in_bulk(others) if others else {}
    return [
        UnitRow(
            unit,
            UnitHolding(key, others[key].in_hand_of, others[key].sent_of, None, 0),
            0,
            UnitWork({}),
            is_outside=True,
        )
        for key, unit in named.items()
    ]


def _slow(waiting: Iterable[WaitingLeg], units: dict[int, Unit]) -> SlowHandovers:
    """Those with one of `units` as sender or receiver, the longest first."""
    concerned = [row for row in waiting if row.leg.unit_id in units or (row.other and row.other.pk in units)]
    return SlowHandovers(len(concerned), concerned[:MOST])
