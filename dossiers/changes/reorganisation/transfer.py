"""Transfers the open dossiers of reorganised units to their successors.

A dossier keeps its code, its receiving desk and its number in that desk's book; finished parts stay with the unit that
finished them. `units.reorganisation` changes the units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from dossiers.clock.states import ALLOWED_DURING, EventKind
from dossiers.events.record import append_event, mark_stale
from dossiers.models import Dossier, DossierEvent, DossierLeg, DossierQuerySet, StaleDay
from units.clock.days import local_day
from units.models import Unit

BATCH: Final = 200


def transfer_dossiers(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Transfers every dossier not returned yet to the successors; returns how many were transferred.

    `successors` maps the ids of units that end before the local day `on` to the ids of their successors. Does nothing
    before that day; a daily task calls it again. Works in batches, one transaction each, and may be repeated.
    """
    if local_day(at) < on or not successors:
        return 0
    last, count = 0, 0
    while keys := list(_held_by(successors).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        count += _transfer_batch(keys, successors, actor, at)
        last = keys[-1]
    return count


def count_in_hand(*, successors: Mapping[int, int]) -> tuple[int, Counter[int]]:
    """How many dossiers `transfer_dossiers` would transfer, and how many of them concern each old unit."""
    found = _held_by(successors).only("desk", "handler", "holder", "finished_at").prefetch_related("legs")
    units = [_units_concerned(dossier, successors) for dossier in found.iterator(chunk_size=BATCH * 10)]
    return len(units), Counter(unit for touched in units for unit in touched)


def _held_by(successors: Mapping[int, int]) -> DossierQuerySet:
    """Unfinished dossiers that one of the old units serves, handles, holds or has still to work on."""
    old = list(successors)
    legs = DossierLeg.objects.filter(dossier=OuterRef("pk"), unit__in=old, finished_at=None, skipped=False)
    handled = Q(handler__in=old, finished_at=None)  # a finished dossier stays with the unit that handled it
    places = Q(desk__in=old) | handled | Q(holder__in=old) | Exists(legs)
    return Dossier.objects.filter(places, status__in=sorted(ALLOWED_DURING[EventKind.CONTINUED]))


@transaction.atomic
def _transfer_batch(keys: list[int], successors: Mapping[int, int], actor: User | None, at: datetime) -> int:
    rows = _held_by(successors).filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    dossiers = list(rows.select_related("receiving_desk").prefetch_related("legs"))
    desks = Unit.objects.in_bulk({successors.get(one.desk_id, one.desk_id) for one in dossiers})
    for dossier in dossiers:
        _transfer(dossier, successors, desks, actor, at)
    return len(dossiers)


def _transfer(
    dossier: Dossier, successors: Mapping[int, int], desks: Mapping[int, Unit], actor: User | None, at: datetime
) -> None:
    touched = _units_concerned(dossier, successors)
    handled_by = dossier.handler_id
    event = DossierEvent(
        kind=EventKind.CONTINUED,
        to_status=dossier.state,
        at=at,
        unit=desks[successors.get(dossier.desk_id, dossier.desk_id)],
        actor=actor,
        data={"units": {str(old): successors[old] for old in sorted(touched)}},
    )
    append_event(dossier, event)
    if dossier.handler_id != handled_by:
        _mark_for_recount(dossier, handled_by)


def _units_concerned(dossier: Dossier, successors: Mapping[int, int]) -> set[int]:
    """The ending units that serve, handle or hold the dossier, or have still to work on it."""
    units = {leg.unit_id for leg in dossier.legs.all() if leg.finished_at is None and not leg.skipped}
    units |= {dossier.desk_id, dossier.holder_id} | (set() if dossier.finished_at else {dossier.handler_id})
    return successors.keys() & units


def _mark_for_recount(dossier: Dossier, before: int) -> None:
    """Marks the days on which the dossier is counted for recounting, at the old and the new handling unit."""
    for moment in filter(None, (dossier.received_at, dossier.finished_at)):
        mark_stale(dossier, moment)
        StaleDay.objects.create(unit_id=before, day=local_day(moment))
