"""What a reorganised office still owed an answer to goes on at the unit that continues it.

A case keeps its code, the unit that received it and its dates; what was answered stays with whoever answered. The
units themselves are changed by `units.actions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from complaints.clock.states import EventKind
from complaints.events.record import happen, locked
from complaints.models import Case
from complaints.models.cases import CaseQuerySet
from units.clock.days import local_day
from units.models import Unit


def continue_cases(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Hand every open case to the continuing units; returns how many plain ones: of sealed ones nobody is told.

    `successors` are ids of units that continue others, by the ids of those that end before the day `on`. Nothing
    happens before that day in Hanoi: a daily task does it then. One transaction for each case; can be repeated."""
    if local_day(at) < on or not successors:
        return 0
    return sum(_hand_on(key, successors, actor, at) for key in list(_held_by(successors).values_list("pk", flat=True)))


def cases_in_hand(*, successors: Mapping[int, int]) -> int:
    """How many plain cases `continue_cases` would hand on."""
    return _held_by(successors).plain().count()


def _held_by(successors: Mapping[int, int]) -> CaseQuerySet:
    return Case.objects.open().filter(Q(unit__in=successors) | Q(passed_to__in=successors)).order_by("pk")


@transaction.atomic
def _hand_on(key: int, successors: Mapping[int, int], actor: User | None, at: datetime) -> bool:
    case = locked(Case(pk=key))
    places = (case.unit_id, case.passed_to_id)
    units = {str(old): successors[old] for old in places if old is not None and old in successors}
    if not (units and case.is_open):
        return False
    unit = Unit.objects.get(pk=successors.get(case.unit_id, case.unit_id))
    goes_to = next(iter(units.values()))  # what its history names
    happen(case, EventKind.CONTINUED, actor=actor, at=at, unit=unit, data={"units": units, "unit": goes_to})
    return not case.is_sealed
