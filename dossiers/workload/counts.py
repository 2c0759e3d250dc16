"""Counts what units and officers have in hand, and how much of it is overdue or behind schedule. Reads only.

A unit's overdue dossiers are those it handles, whichever office has them in hand: the number on its dashboard. The
counts here split that number by officer and "elsewhere", and add overdue dossiers that the unit holds for other units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from dossiers.clock.overdue import behind_schedule, overdue
from dossiers.clock.states import RUNNING, WAITING
from dossiers.models import Dossier, DossierLeg, DossierQuerySet, LegQuerySet


@dataclass(frozen=True, slots=True)
class Workload:
    """Legs in hand. `overdue`: of dossiers that the unit handles; `for_others`: overdue ones of other units; `behind`:
    steps behind schedule; `soon`: due soon; `waiting`: the clock is paused."""

    open: int = 0
    overdue: int = 0
    for_others: int = 0
    behind: int = 0
    soon: int = 0
    waiting: int = 0

    def __add__(self, other: Workload) -> Workload:
        return Workload(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Workload)))

    @property
    def not_overdue(self) -> int:
        return self.open - self.all_overdue

    @property
    def all_overdue(self) -> int:
        return self.overdue + self.for_others


@dataclass(frozen=True, slots=True)
class UnitWork:
    """The work of one unit. `in_hand` by officer (None: unassigned); `elsewhere`: overdue dossiers that it handles but
    does not have in hand."""

    in_hand: Mapping[int | None, Workload]
    elsewhere: int = 0

    @property
    def here(self) -> Workload:
        return sum(self.in_hand.values(), start=Workload())

    @property
    def overdue(self) -> int:
        """All overdue dossiers that the unit handles."""
        return self.here.overdue + self.elsewhere


def work_at(units: Iterable[int], at: datetime, *, soon: datetime | None = None) -> dict[int, UnitWork]:
    """Returns the work of each unit; `soon` is the end of "due soon". Two queries."""
    units = list(units)
    people: dict[int, dict[int | None, Workload]] = defaultdict(dict)
    late, clock = overdue(at, "dossier__"), Q(dossier__status__in=sorted(RUNNING))
    due = clock & Q(dossier__due_at__gte=at, dossier__due_at__lte=soon or at)
    waits, own = Q(dossier__status__in=sorted(WAITING)), Q(dossier__handler=F("unit"))
    asked = (Q(), late & own, late & ~own, behind_schedule(at), due, waits)
    counts = {f"n{place}": Count("pk", filter=one) for place, one in enumerate(asked)}
    legs = DossierLeg.objects.in_hand().filter(unit__in=units).order_by()
    for unit, person, *numbers in legs.values_list("unit", "assignee").annotate(**counts):
        people[unit][person] = Workload(*numbers)
    away = overdue_elsewhere(at).filter(handler__in=units).order_by().values("handler").annotate(n=Count("pk"))
    elsewhere = dict(away.values_list("handler", "n"))
    return {unit: UnitWork(people[unit], elsewhere.get(unit, 0)) for unit in units}


def overdue_elsewhere(at: datetime) -> DossierQuerySet:
    """Overdue dossiers that the handling unit does not have in hand."""
    here = DossierLeg.objects.in_hand().filter(dossier=OuterRef("pk"), unit=OuterRef("handler"))
    return Dossier.objects.overdue(at).filter(~Exists(here))


def overdue_for_others(at: datetime) -> LegQuerySet:
    """Legs in hand of overdue dossiers that another unit handles."""
    return DossierLeg.objects.in_hand().filter(overdue(at, "dossier__")).exclude(dossier__handler=F("unit"))
