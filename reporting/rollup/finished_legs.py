"""The legs that the figures of offices count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q

from dossiers.models import DossierLeg, LegQuerySet
from procedures.models import ProcessStep
from reporting.definitions.periods import Month, Span


def finished_work() -> LegQuerySet:
    """The legs that the offices' figures count: `dossiers.clock.legs.Leg.is_work`, asked of all rows."""
    had_time = Q(hours__gt=0) | Q(step=None, position=1)
    return DossierLeg.objects.done().filter(had_time, due_at__isnull=False, accepted_at__lt=F("finished_at"))


def legs_of_step(
    units: Sequence[int], step: str | None, month: Month | Span, until: datetime, *, late: bool, place: str = ""
) -> LegQuerySet:
    """The legs a number of the page counts: of one step (empty: without one; None: of any), of the steps of one
    `place` (empty: of any), finished in `month` and before `until`. Without a process all time is the handler's."""
    end = min(month.end, until)
    legs = finished_work().filter(unit__in=units, finished_at__gte=month.start, finished_at__lt=end)
    if late:
        legs = legs.filter(finished_at__gt=F("due_at"))
    if place:
        none = Q(step=None) if place == ProcessStep.Place.HANDLER else Q()
        legs = legs.filter(Q(step__place=place) | none)
    return legs if step is None else legs.filter(Q(step__name=step) if step else Q(step=None))
