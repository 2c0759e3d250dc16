"""The day's work of units: overdue, behind schedule, due, on its way and waiting; counts and rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from dossiers.clock.overdue import behind_schedule, overdue, step_due_before
from dossiers.clock.states import RUNNING
from dossiers.models import Dossier, DossierLeg, LegQuerySet
from dossiers.workload.counts import overdue_for_others
from units.clock.days import day_bounds, local_day

MOST_ROWS = 100


@dataclass(slots=True)
class DayCounts:
    """One unit's work: overdue dossiers it handles, overdue ones of other units in its hands (`for_others`), steps
    behind schedule, legs due today, legs on their way to it, waiting dossiers."""

    overdue: int = 0
    for_others: int = 0
    behind: int = 0
    due_today: int = 0
    on_the_way: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class DayRows:
    """The rows behind `DayCounts`, each list cut off at `MOST_ROWS`."""

    overdue: list[Dossier]
    for_others: list[DossierLeg]
    behind: list[DossierLeg]
    due_today: list[DossierLeg]
    on_the_way: list[DossierLeg]
    waiting: list[Dossier]


def _due_today(at: datetime) -> Q:
    """Condition: the step or the promise is due today, and neither is past."""
    tomorrow = day_bounds(local_day(at))[1]
    promised = Q(dossier__status__in=sorted(RUNNING), dossier__due_at__lt=tomorrow)
    return (step_due_before(tomorrow, at) | promised) & ~behind_schedule(at) & ~overdue(at, "dossier__")


def _in_hand(units: Iterable[int]) -> LegQuerySet:
    return DossierLeg.objects.in_hand().filter(unit__in=list(units))


def _on_the_way(units: Iterable[int]) -> LegQuerySet:
    return DossierLeg.objects.on_the_way().filter(unit__in=list(units), dossier__status__in=RUNNING)


def day_counts(units: Iterable[int], at: datetime) -> dict[int, DayCounts]:
    """The counts of each unit that has any work; four queries."""
    units = list(units)
    counts: dict[int, DayCounts] = {unit: DayCounts() for unit in units}
    late = Dossier.objects.overdue(at).filter(handler__in=units).order_by().values("handler").annotate(n=Count("pk"))
    for unit, number in late.values_list("handler", "n"):
        counts[unit].overdue = number
    others = overdue(at, "dossier__") & ~Q(dossier__handler=F("unit"))
    asked = {"others": others, "slow": behind_schedule(at), "today": _due_today(at)}
    in_hand = _in_hand(units).order_by().values("unit")
    in_hand = in_hand.annotate(**{name: Count("pk", filter=one) for name, one in asked.items()})
    for unit, *numbers in in_hand.values_list("unit", *asked):
        counts[unit].for_others, counts[unit].behind, counts[unit].due_today = numbers
    for unit, number in coming_to(units).items():
        counts[unit].on_the_way = number
    waiting = Dossier.objects.waiting().filter(holder__in=units).order_by().values("holder").annotate(n=Count("pk"))
    for unit, number in waiting.values_list("holder", "n"):
        counts[unit].waiting = number
    return {unit: count for unit, count in counts.items() if count.total}


def coming_to(units: Iterable[int]) -> dict[int, int]:
    """The number of legs on their way to each unit that has any; one query."""
    rows = _on_the_way(units).order_by().values("unit").annotate(n=Count("pk"))
    return dict(rows.values_list("unit", "n"))


def day_rows(unit: int, at: datetime) -> DayRows:
    """The current rows of one unit; six queries."""
    in_hand = _printed(_in_hand([unit]).order_by("due_at", "pk"))
    others = _printed(overdue_for_others(at).filter(unit=unit).order_by("dossier__due_at", "pk"))
    late = Dossier.objects.overdue(at).filter(handler=unit).select_related("version", "holder", "assignee")
    waiting = Dossier.objects.waiting().filter(holder=unit).select_related("version").order_by("due_at", "pk")
    return DayRows(
        overdue=list(late.order_by("due_at", "pk")[:MOST_ROWS]),
        for_others=list(others[:MOST_ROWS]),
        behind=list(in_hand.filter(behind_schedule(at))[:MOST_ROWS]),
        due_today=list(in_hand.filter(_due_today(at))[:MOST_ROWS]),
        on_the_way=list(_printed(_on_the_way([unit]).order_by("handed_over_at", "pk"))[:MOST_ROWS]),
        waiting=list(waiting[:MOST_ROWS]),
    )


def _printed(legs: QuerySet[DossierLeg]) -> QuerySet[DossierLeg]:
    return legs.select_related("dossier__version", "assignee")
