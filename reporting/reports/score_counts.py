"""What the score of Circular 01/2018 is given for: dossiers with a result and legs done, by who did them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from complaints.models import CaseDossier
from dossiers.models import Dossier
from reporting.definitions.periods import Span
from reporting.models import CaseTally, LegTally
from reporting.reports.score import Points
from reporting.rollup.cases import PETITION_KINDS
from reporting.rollup.finished_legs import finished_work
from units.clock.days import day_bounds
from units.clock.working_calendar import OFFICE_TIME

WHOLE_TIME, OWN_TIME, SUPPLEMENTS = "whole_time", "own_time", "supplements"
ATTITUDE, PETITIONS = "attitude", "petitions"
Measured = dict[int, dict[str, Points]]
"""By id of the unit or the officer, then by measure."""


def by_unit(units: Sequence[int], period: Span, *, at: datetime) -> Measured:
    """Of each handling unit its dossiers, of each office its legs, of each its petitions. Three queries."""
    found = _dossiers("handler_id", units, period, at)
    rows = LegTally.objects.totals().filter(unit__in=units).between(period.first, period.last)
    for unit, *points in rows.values_list("unit").annotate(Sum("early"), Sum("on_time"), Sum("late")):
        found[unit][OWN_TIME] = Points(*points)
    for unit, mark in _petitions(units, period).items():
        found[unit][PETITIONS] = mark
    return found


def _petitions(units: Sequence[int], period: Span) -> dict[int, Points]:
    """Of each unit one mark for all of its petitions: two points where none was late, one from 90 % in time."""
    rows = CaseTally.objects.details().filter(unit__in=units, kind__in=PETITION_KINDS)
    sums = rows.between(period.first, period.last).values_list("unit").annotate(Sum("on_time"), Sum("late"))
    return {unit: _mark(on_time, late) for unit, on_time, late in sums if on_time + late}


def _mark(on_time: int, late: int) -> Points:
    if not late:
        return Points(two=1)
    return Points(one=1) if 10 * on_time >= 9 * (on_time + late) else Points(none=1)


def by_officer(units: Sequence[int], period: Span, *, at: datetime) -> Measured:
    """Of each officer the dossiers given to them at these units, and their legs there. Two queries."""
    found = _dossiers("assignee_id", units, period, at)
    start, end = _bounds(period, at)
    legs = finished_work().filter(unit__in=units, finished_at__gte=start, finished_at__lt=end)
    for officer, *points in _timed(legs.filter(assignee__isnull=False), "assignee_id", F("due_at")):
        found[officer][OWN_TIME] = Points(*points)
    return found


def _dossiers(who: str, units: Sequence[int], period: Span, at: datetime) -> Measured:
    start, end = _bounds(period, at)
    confirmed = Exists(CaseDossier.objects.filter(dossier=OuterRef("pk"), is_confirmed=True))
    rows = Dossier.objects.resolved().filter(handler__in=units, finished_at__gte=start, finished_at__lt=end)
    counted = _timed(
        rows.filter(**{f"{who}__isnull": False}),
        who,
        Coalesce("statutory_due_at", "due_at"),
        Count("pk", filter=Q(supplements=0)),
        Count("pk", filter=Q(supplements=1)),
        Count("pk", filter=Q(supplements__gte=2)),
        Count("pk", filter=~Q(confirmed)),
        Count("pk", filter=Q(confirmed)),
    )
    found: Measured = defaultdict(dict)
    for key, *numbers in counted:
        whole, supplements, (good, bad) = numbers[:3], numbers[3:6], numbers[6:]
        found[key] |= {WHOLE_TIME: Points(*whole), SUPPLEMENTS: Points(*supplements)}
        found[key] |= {ATTITUDE: Points(two=good, none=bad)}
    return found


def _timed(rows: QuerySet[Any], who: str, due: Any, *more: Count) -> QuerySet[Any, tuple[Any, ...]]:
    """Of each `who` how many were done on a day before `due`, by then, and after it; then what `more` counts."""
    dated = rows.annotate(
        due=due,
        done_on=TruncDate("finished_at", tzinfo=OFFICE_TIME),
        day_due=TruncDate(due, tzinfo=OFFICE_TIME),
    )
    early, late = Q(done_on__lt=F("day_due")), Q(finished_at__gt=F("due"))
    counts = (Count("pk", filter=early), Count("pk", filter=~early & ~late), Count("pk", filter=late), *more)
    named = {f"n{place}": count for place, count in enumerate(counts)}
    counted: QuerySet[Any, tuple[Any, ...]] = dated.order_by().values(who).annotate(**named).values_list(who, *named)
    return counted


def _bounds(period: Span, at: datetime) -> tuple[datetime, datetime]:
    return day_bounds(period.first)[0], min(day_bounds(period.last)[1], at)
