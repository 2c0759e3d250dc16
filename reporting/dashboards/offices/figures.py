"""What the offices' page prints: legs by the office that had them, and who answers for what was late.

Citizens ask about a dossier, which is one however many offices it passed; its figures are those of the unit that
handles it. An office is measured by its legs, each against the leg's own time. A late dossier has one responsible
unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum

from dossiers.models import Dossier, LateCause
from reporting.definitions.on_time import Counts, total
from reporting.definitions.periods import days_beside_months, whole_months
from reporting.models import LateTally, LegTally
from reporting.rollup.counting_sql import LEGS_COUNTED
from reporting.rollup.reading import Period, leg_counts, read_sum
from units.clock.days import day_bounds, local_day
from units.models import Unit
from units.reorganisation.successors import successors

LABELS = {cause.value: cause.label for cause in LateCause}
Figure = TypeVar("Figure", Counts, Counter[str])


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office in a period. `causes`: late dossiers it answers for by recorded cause, most first;
    the empty text where none was recorded. `is_listed`: the reader may list them, and all of them are this unit's own.
    """

    unit: Unit
    legs: Counts
    causes: Sequence[tuple[str, int]]
    is_listed: bool

    @property
    def answers_for(self) -> int:
        return sum(count for _cause, count in self.causes)


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """`dossiers`: of the units as handlers, `legs`: of the same units as offices. `beyond`: of the late dossiers these
    handle, how many other units answer for; which ones is not shown. `for_others`: of those they answer for, how many
    other units handle. `has_past`: some of the figures are those of units that others continue today."""

    period: Period
    rows: Sequence[OfficeRow]
    beyond: int
    for_others: int
    dossiers: Counts
    has_past: bool

    @property
    def legs(self) -> Counts:
        return total(row.legs for row in self.rows)

    @property
    def answers_for(self) -> int:
        """Late dossiers that the units answer for or handle, each once. Without those `for_others` it is how many
        dossiers of the units were late."""
        return sum(row.answers_for for row in self.rows) + self.beyond


def office_figures(units: Sequence[Unit], period: Period, *, at: datetime, todays_tree: bool) -> OfficeFigures:
    """`units` in `period`, with those that they continue whole at `at`; by today's tree, or by the one of then.

    The totals of both are equal: the same figures are only gathered under other units. Six queries at most.
    """
    in_sight = {unit.pk: unit for unit in units}
    past = {old: successor for old, successor in successors(local_day(at)).items() if successor in in_sight}
    keys = [*in_sight, *(old for old in past if old not in in_sight)]
    successor_of = past if todays_tree else {}
    found = _late_dossiers(keys, period)
    legs = _moved_to_successors(_legs(keys, period), successor_of, Counts)
    late = _moved_to_successors(found.own, successor_of, Counter)
    named = _named(in_sight, legs.keys() | late.keys())
    listed = in_sight.keys() - {successor_of[unit] for unit in found.own if unit in successor_of}
    rows = [_row(named[key], legs[key], late[key], key in listed) for key in legs.keys() | late.keys()]
    return OfficeFigures(
        period=period,
        rows=sorted(rows, key=_worst_first),
        beyond=found.beyond,
        for_others=found.for_others,
        dossiers=read_sum(keys, period.span.first, period.until),
        has_past=bool(past),
    )


def _row(unit: Unit, legs: Counts, late: Counter[str], is_listed: bool) -> OfficeRow:
    causes = [(str(LABELS.get(cause, cause)), count) for cause, count in late.most_common()]
    return OfficeRow(unit, legs, causes, is_listed)


def _moved_to_successors(
    found: Mapping[int, Figure], successor_of: Mapping[int, int], empty: Callable[[], Figure]
) -> dict[int, Figure]:
    gathered: dict[int, Figure] = defaultdict(empty)
    for unit, part in found.items():
        gathered[successor_of.get(unit, unit)] += part
    return gathered


def _legs(keys: Sequence[int], period: Period) -> dict[int, Counts]:
    rows = LegTally.objects.totals().filter(unit__in=keys).between(period.span.first, period.until)
    sums = rows.values_list("unit").annotate(*(Sum(column) for column in LEGS_COUNTED))
    return {unit: leg_counts(counts) for unit, *counts in sums}


@dataclass(frozen=True, slots=True)
class _LateDossiers:
    """What the units answer for, by unit and cause; how much of it others handle; what others answer for."""

    own: dict[int, Counter[str]]
    beyond: int
    for_others: int


def _late_dossiers(keys: Sequence[int], period: Period) -> _LateDossiers:
    """Of each unit, how many dossiers finished late in the period it answers for, by cause: whole months as they were
    counted, the days beside them from the dossiers. One query."""
    first, last, by = period.span.first, period.until, ("late_unit", "late_cause", "is_here")
    begun, ended = whole_months(first, last)
    ours = Q(late_unit__in=keys) | Q(unit__in=keys)
    months = LateTally.objects.filter(ours, month__gte=begun.first, month__lte=ended.first)
    months = months.annotate(is_here=_is(Q(unit__in=keys)))
    days = [_finished(since, until) for since, until in days_beside_months(first, last)]
    late = Q(late_unit__in=keys) | Q(handler__in=keys, late_unit__isnull=False)
    beside = Dossier.objects.filter(late, reduce(or_, days)) if days else Dossier.objects.none()
    beside = beside.annotate(is_here=_is(Q(handler__in=keys)))
    counted: QuerySet[Any, tuple[Any, ...]] = months.values_list(*by).annotate(n=Sum("dossiers"))
    others: QuerySet[Any, tuple[Any, ...]] = beside.order_by().values_list(*by).annotate(n=Count("pk"))
    return _by_responsibility(set(keys), counted.union(others, all=True))


def _by_responsibility(keys: set[int], rows: Iterable[tuple[int, str, bool, int]]) -> _LateDossiers:
    own: dict[int, Counter[str]] = defaultdict(Counter)
    beyond = for_others = 0
    for unit, cause, is_here, count in rows:
        if unit in keys:
            own[unit][cause] += count
            for_others += 0 if is_here else count
        else:
            beyond += count
    return _LateDossiers(own, beyond, for_others)


def _is(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, BooleanField())


def _finished(since: date, until: date) -> Q:
    return Q(finished_at__gte=day_bounds(since)[0], finished_at__lt=day_bounds(until)[1])


def _named(in_sight: Mapping[int, Unit], keys: Iterable[int]) -> Mapping[int, Unit]:
    gone = [key for key in keys if key not in in_sight]
    return {**in_sight, **Unit.objects.in_bulk(gone)} if gone else in_sight


def _worst_first(row: OfficeRow) -> tuple[int, int, int, str]:
    return -row.answers_for, -row.legs.late, row.unit.order, row.unit.name
