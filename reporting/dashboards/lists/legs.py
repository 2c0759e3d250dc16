"""The legs behind the numbers that count legs: one row each, as many as the number says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from accounts.models import User
from dossiers.models import Dossier, DossierLeg, LegQuerySet
from reporting.dashboards.counted_lists import Counted, stretches
from reporting.dashboards.list_sorts import Sort
from reporting.dashboards.lists.narrowing import Asked, narrowed
from reporting.models import LegTally, LegTallyQuerySet
from reporting.rollup.finished_legs import legs_of_step
from units.clock.days import local_day

LEGS_COUNTED_AS: Final = {Sort.LEGS: ("early", "on_time", "late"), Sort.LATE_LEGS: ("late",)}
"""Sorts of a list that holds legs, finished in a span; the columns of `LegTally` that count them."""

_MOMENT: Final = timedelta(microseconds=1)


def listed_legs(asked: Asked, reader: User, *, until: datetime) -> LegQuerySet:
    """The latest first; never one of a dossier that is not `visible_to` the reader. `until`: the end of what the
    number counted."""
    late = asked.sort is Sort.LATE_LEGS
    legs = legs_of_step(asked.units, asked.step, asked.month, until, late=late, place=asked.place)
    dossiers = narrowed(asked, Dossier.objects.visible_to(reader))
    return legs.filter(Exists(dossiers.filter(pk=OuterRef("dossier")))).order_by("-finished_at", "pk")


def counted_legs(asked: Asked, legs: LegQuerySet, *, until: datetime) -> Counted[DossierLeg] | LegQuerySet:
    """`legs`, which are those listed, as the roll-up counted them, in one query; themselves where it does not count
    such legs apart: of one step of some procedures, of dossiers that came in one way or at one desk."""
    by_procedure = bool(asked.field or asked.procedure)
    if asked.channel or asked.desk or (by_procedure and asked.step is not None):
        return legs
    last = min(asked.month.last, local_day(until - _MOMENT))
    days = _tallies(asked, by_procedure).filter(unit__in=asked.units).between(asked.month.first, last)
    return Counted(legs, "finished_at", stretches(LEGS_COUNTED_AS[asked.sort], days))


def _tallies(asked: Asked, by_procedure: bool) -> LegTallyQuerySet:
    if not by_procedure and asked.step is None:
        return LegTally.objects.by_place().filter(place=asked.place) if asked.place else LegTally.objects.totals()
    named = {"procedure__ref": asked.procedure, "procedure__field__slug": asked.field, "place": asked.place}
    told = {name: value for name, value in named.items() if value}
    if by_procedure:
        return LegTally.objects.by_procedure().filter(**told)
    return LegTally.objects.by_step().filter(step=asked.step, **told)
