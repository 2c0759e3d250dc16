"""The legs behind the numbers that count legs: one row each, as many as the number says."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef

from accounts.models import User
from dossiers.models import Dossier, DossierLeg, LegQuerySet
from reporting.behind import Asked, narrowed
from reporting.counted import Counted, stretches
from reporting.lists import Sort
from reporting.models import LegTally
from reporting.steps import legs_of_step

LEGS_COUNTED_AS: Final = {Sort.LEGS: ("early", "on_time", "late"), Sort.LATE_LEGS: ("late",)}
"""Sorts of a list that holds legs, finished in a span; the columns of `LegTally` that count them."""


def listed_legs(asked: Asked, reader: User, *, until: datetime) -> LegQuerySet:
    """The latest first; never one of a dossier that is not `visible_to` the reader. `until`: the end of what the
    number counted."""
    late = asked.sort is Sort.LATE_LEGS
    legs = legs_of_step(asked.units, asked.step, asked.month, until, late=late, place=asked.place)
    dossiers = narrowed(asked, Dossier.objects.visible_to(reader))
    return legs.filter(Exists(dossiers.filter(pk=OuterRef("dossier")))).order_by("-finished_at", "pk")


def counted_legs(asked: Asked, legs: LegQuerySet) -> Counted[DossierLeg] | LegQuerySet:
    """`legs`, which are those listed, as the roll-up counted them, in one query; themselves where it does not count
    such legs apart: of one step, of some dossiers."""
    if asked.step is not None or asked.field or asked.procedure or asked.channel or asked.desk:
        return legs
    tallies = LegTally.objects.filter(place=asked.place, unit__in=asked.units)  # without a place: all together
    days = tallies.between(asked.month.first, asked.month.last)
    return Counted(legs, "finished_at", stretches(LEGS_COUNTED_AS[asked.sort], days))
