"""Moves the open cases of an ended office to its successor.

A case keeps its code, the unit that received it and its dates; answered cases stay where they are.
`units.reorganisation` changes the units themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from complaints.clock.states import EventKind
from complaints.events.record import append_event, locked
from complaints.models import Case
from complaints.models.cases import CaseQuerySet
from units.clock.days import local_day
from units.models import Unit


def move_cases(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Move every open case to the successors; returns how many plain ones: the count must not reveal sealed cases.

    `successors`: ids of successors by the ids of units that end before the day `on`. Does nothing before that day in
    Hanoi; a daily task does it then. One transaction for each case; can be repeated.
    """
    if local_day(at) < on or not successors:
        return 0
    return sum(_move(key, successors, actor, at) for key in list(_held_by(successors).values_list("pk", flat=True)))


def count_cases(*, successors: Mapping[int, int]) -> int:
    """How many plain cases `move_cases` would move."""
    return _held_by(successors).plain().count()


def _held_by(successors: Mapping[int, int]) -> CaseQuerySet:
    return Case.objects.open().filter(Q(unit__in=successors) | Q(passed_to__in=successors)).order_by("pk")


@transaction.atomic
def _move(key: int, successors: Mapping[int, int], actor: User | None, at: datetime) -> bool:
    case = locked(Case(pk=key))
    places = (case.unit_id, case.passed_to_id)
    units = {str(old): successors[old] for old in places if old is not None and old in successors}
    if not (units and case.is_open):
        return False
    unit = Unit.objects.get(pk=successors.get(case.unit_id, case.unit_id))
    goes_to = next(iter(units.values()))  # shown in its history
    append_event(case, EventKind.CONTINUED, actor=actor, at=at, unit=unit, data={"units": units, "unit": goes_to})
    return not case.is_sealed
