"""The legs behind the numbers that count legs: one row each, as many as the number says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from accounts.models import User
from dossiers.models import Dossier, DossierLeg, LegQuerySet
from reporting.dashboards.counted_lists import CountedList, counted_days
from reporting.dashboards.list_kinds import ListKind
from reporting.dashboards.lists.queries import ListQuery, filtered
from reporting.models import LegTally, LegTallyQuerySet
from reporting.rollup.finished_legs import legs_of_step
from units.clock.days import local_day

LEGS_COUNTED_AS: Final = {ListKind.LEGS: ("early", "on_time", "late"), ListKind.LATE_LEGS: ("late",)}
"""Sorts of a list that holds legs, finished in a span; the columns of `LegTally` that count them."""

_MOMENT: Final = timedelta(microseconds=1)


def listed_legs(query: ListQuery, reader: User, *, until: datetime) -> LegQuerySet:
    """The latest first; never one of a dossier that is not `visible_to` the reader. `until`: the end of what the
    number counted."""
    late = query.kind is ListKind.LATE_LEGS
    legs = legs_of_step(query.units, query.step, query.month, until, late=late, place=query.place)
    dossiers = filtered(query, Dossier.objects.visible_to(reader))
    return legs.filter(Exists(dossiers.filter(pk=OuterRef("dossier")))).order_by("-finished_at", "pk")


def counted_legs(query: ListQuery, legs: LegQuerySet, *, until: datetime) -> CountedList[DossierLeg] | LegQuerySet:
    """`legs`, which are those listed, as the roll-up counted them, in one query; themselves where it does not count
    such legs apart: of one step of some procedures, of dossiers that came in one way or at one desk."""
    by_procedure = bool(query.field or query.procedure)
    if query.channel or query.desk or (by_procedure and query.step is not None):
        return legs
    last = min(query.month.last, local_day(until - _MOMENT))
    days = _tallies(query, by_procedure).filter(unit__in=query.units).between(query.month.first, last)
    return CountedList(legs, "finished_at", counted_days(LEGS_COUNTED_AS[query.kind], days))


def _tallies(query: ListQuery, by_procedure: bool) -> LegTallyQuerySet:
    if not by_procedure and query.step is None:
        return LegTally.objects.by_place().filter(place=query.place) if query.place else LegTally.objects.totals()
    named = {"procedure__ref": query.procedure, "procedure__field__slug": query.field, "place": query.place}
    filters = {name: value for name, value in named.items() if value}
    if by_procedure:
        return LegTally.objects.by_procedure().filter(**filters)
    return LegTally.objects.by_step().filter(step=query.step, **filters)
