"""The day's work of units: how much is due, late, on its way and waiting, and the rows behind the numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from dossiers.models import Dossier, DossierLeg, LegQuerySet, day_bounds, local_day
from dossiers.states import RUNNING

MOST_ROWS = 100


@dataclass(slots=True)
class DayCounts:
    """One unit's work: legs due today, legs or promises overdue, legs on their way to it, dossiers that wait."""

    due_today: int = 0
    overdue: int = 0
    on_the_way: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class DayRows:
    """The rows behind `DayCounts`, each list cut off at `MOST_ROWS`."""

    due_today: list[DossierLeg]
    overdue: list[DossierLeg]
    on_the_way: list[DossierLeg]
    waiting: list[Dossier]


def _overdue(at: datetime) -> Q:
    return Q(due_at__lt=at) | Q(dossier__due_at__lt=at)


def _due_today(at: datetime) -> Q:
    tomorrow = day_bounds(local_day(at))[1]
    return (Q(due_at__lt=tomorrow) | Q(dossier__due_at__lt=tomorrow)) & ~_overdue(at)


def _in_hand(units: Iterable[int]) -> LegQuerySet:
    return DossierLeg.objects.in_hand().filter(unit__in=list(units), dossier__status__in=RUNNING, due_at__isnull=False)


def _on_the_way(units: Iterable[int]) -> LegQuerySet:
    return DossierLeg.objects.on_the_way().filter(unit__in=list(units), dossier__status__in=RUNNING)


def day_counts(units: Iterable[int], at: datetime) -> dict[int, DayCounts]:
    """The counts of each unit that has any; three queries for all."""
    units = list(units)
    counts: dict[int, DayCounts] = {unit: DayCounts() for unit in units}
    in_hand = _in_hand(units).order_by().values("unit")
    in_hand = in_hand.annotate(late=Count("pk", filter=_overdue(at)), today=Count("pk", filter=_due_today(at)))
    for unit, late, today in in_hand.values_list("unit", "late", "today"):
        counts[unit].overdue, counts[unit].due_today = late, today
    for unit, number in coming_to(units).items():
        counts[unit].on_the_way = number
    waiting = Dossier.objects.waiting().filter(holder__in=units).order_by().values("holder").annotate(n=Count("pk"))
    for unit, number in waiting.values_list("holder", "n"):
        counts[unit].waiting = number
    return {unit: count for unit, count in counts.items() if count.total}


def coming_to(units: Iterable[int]) -> dict[int, int]:
    """How many legs are on their way to each unit that waits for any; one query."""
    rows = _on_the_way(units).order_by().values("unit").annotate(n=Count("pk"))
    return dict(rows.values_list("unit", "n"))


def day_rows(unit: int, at: datetime) -> DayRows:
    """The rows of one unit as they are now; four queries."""
    in_hand = _printed(_in_hand([unit]).order_by("due_at", "pk"))
    waiting = Dossier.objects.waiting().filter(holder=unit).select_related("version").order_by("due_at", "pk")
    return DayRows(
        due_today=list(in_hand.filter(_due_today(at))[:MOST_ROWS]),
        overdue=list(in_hand.filter(_overdue(at))[:MOST_ROWS]),
        on_the_way=list(_printed(_on_the_way([unit]).order_by("handed_over_at", "pk"))[:MOST_ROWS]),
        waiting=list(waiting[:MOST_ROWS]),
    )


def _printed(legs: QuerySet[DossierLeg]) -> QuerySet[DossierLeg]:
    return legs.select_related("dossier__version", "assignee")
