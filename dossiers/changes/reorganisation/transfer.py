"""What a reorganised office still had in hand goes on at the unit that continues it.

A dossier keeps its code, the desk that took it in and its number in that desk's book; what was finished stays with
whoever finished it. The units themselves are changed by `units.actions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from dossiers.clock.states import KEEPS, EventKind
from dossiers.events.record import append_event, mark_stale
from dossiers.models import Dossier, DossierEvent, DossierLeg, DossierQuerySet, StaleDay
from units.clock.days import local_day
from units.models import Unit

BATCH: Final = 200


def continue_elsewhere(*, heirs: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Hand every dossier not returned yet to the continuing units; returns how many changed hands.

    `heirs` are ids of units that continue others, by the ids of those that end before the day `on`. Nothing happens
    before that day in Hanoi: a daily task does it then. Works in batches, one transaction each, and can be repeated.
    """
    if local_day(at) < on or not heirs:
        return 0
    last, count = 0, 0
    while keys := list(_held_by(heirs).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        count += _hand_on(keys, heirs, actor, at)
        last = keys[-1]
    return count


def in_hand(*, heirs: Mapping[int, int]) -> tuple[int, Counter[int]]:
    """How many dossiers `continue_elsewhere` would hand on, and in how many of them each old unit has a part."""
    found = _held_by(heirs).only("desk", "handler", "holder", "finished_at").prefetch_related("legs")
    units = [_touched(dossier, heirs) for dossier in found.iterator(chunk_size=BATCH * 10)]
    return len(units), Counter(unit for touched in units for unit in touched)


def _held_by(heirs: Mapping[int, int]) -> DossierQuerySet:
    """Dossiers not at an end that one of the units serves, handles, holds or has still to work on."""
    old = list(heirs)
    legs = DossierLeg.objects.filter(dossier=OuterRef("pk"), unit__in=old, finished_at=None, skipped=False)
    handled = Q(handler__in=old, finished_at=None)  # what is finished stays with whoever finished it
    places = Q(desk__in=old) | handled | Q(holder__in=old) | Exists(legs)
    return Dossier.objects.filter(places, status__in=sorted(KEEPS[EventKind.CONTINUED]))


@transaction.atomic
def _hand_on(keys: list[int], heirs: Mapping[int, int], actor: User | None, at: datetime) -> int:
    rows = _held_by(heirs).filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    dossiers = list(rows.select_related("receiving_desk").prefetch_related("legs"))
    desks = Unit.objects.in_bulk({heirs.get(one.desk_id, one.desk_id) for one in dossiers})
    for dossier in dossiers:
        _continue(dossier, heirs, desks, actor, at)
    return len(dossiers)


def _continue(
    dossier: Dossier, heirs: Mapping[int, int], desks: Mapping[int, Unit], actor: User | None, at: datetime
) -> None:
    touched = _touched(dossier, heirs)
    handled_by = dossier.handler_id
    event = DossierEvent(
        kind=EventKind.CONTINUED,
        to_status=dossier.state,
        at=at,
        unit=desks[heirs.get(dossier.desk_id, dossier.desk_id)],
        actor=actor,
        data={"units": {str(old): heirs[old] for old in sorted(touched)}},
    )
    append_event(dossier, event)
    if dossier.handler_id != handled_by:
        _count_anew(dossier, handled_by)


def _touched(dossier: Dossier, heirs: Mapping[int, int]) -> set[int]:
    """The units that end and serve, handle or hold the dossier, or have still to work on it."""
    units = {leg.unit_id for leg in dossier.legs.all() if leg.finished_at is None and not leg.skipped}
    units |= {dossier.desk_id, dossier.holder_id} | (set() if dossier.finished_at else {dossier.handler_id})
    return heirs.keys() & units


def _count_anew(dossier: Dossier, before: int) -> None:
    """Both handling units' days on which the dossier is counted; the totals of both together stay the same."""
    for moment in filter(None, (dossier.received_at, dossier.finished_at)):
        mark_stale(dossier, moment)
        StaleDay.objects.create(unit_id=before, day=local_day(moment))
