"""Who holds what: every open dossier counted at the unit that answers for it, and hand-overs that take too long."""

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
    Waiting,
    handover_alarms,
    holdings,
    late_transfers,
)
from dossiers.reminders.daily_work import coming_to
from dossiers.workload.counts import Work, work_at
from units.models import Unit

MOST: Final = 50
"""Rows of slow hand-overs that are listed; the number of all of them is said above."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's line: what it answers for, how many are on their way to it, and what of its work is overdue.
    `is_beyond`: it is none of the page's units; only what those handle is counted."""

    unit: Unit
    held: UnitHolding
    coming: int
    work: Work
    is_beyond: bool = False


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
    held = {one.unit_id: one for one in holdings(units)}
    rows = [*_rows(units, held, at), *_beyond(units, held)]
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


def _rows(units: dict[int, Unit], held: Mapping[int, UnitHolding], at: datetime) -> list[Row]:
    """In the order of the tree; units that hold nothing and wait for nothing are left out."""
    coming, work = coming_to(units), work_at(units, at)
    return [
        Row(unit, held.get(unit.pk, UnitHolding(unit.pk, 0, 0, None, 0)), coming.get(unit.pk, 0), work[unit.pk])
        for unit in sorted(units.values(), key=lambda unit: (unit.path.count("/"), unit.order, unit.name))
        if unit.pk in held or unit.pk in coming or work[unit.pk].overdue
    ]


def _beyond(units: dict[int, Unit], held: Mapping[int, UnitHolding]) -> list[Row]:
    """Other units that have dossiers which `units` handle: the lines without which the sum would be too small."""
    others = {key: one for key, one in held.items() if key not in units and one.in_hand_of + one.sent_of}
    named = Unit.objects.order_by("name").in_bulk(others) if others else {}
    return [
        Row(unit, UnitHolding(key, others[key].in_hand_of, others[key].sent_of, None, 0), 0, Work({}), is_beyond=True)
        for key, unit in named.items()
    ]


def _slow(waiting: Iterable[Waiting], units: dict[int, Unit]) -> Slow:
    """Those that either side of which is one of `units`, the longest first."""
    concerned = [row for row in waiting if row.leg.unit_id in units or (row.other and row.other.pk in units)]
    return Slow(len(concerned), concerned[:MOST])
