"""Where the time is lost: steps of the internal process, by the unit that has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from dossiers.models import DossierLeg, LegQuerySet
from procedures.models import ProcessStep
from reporting.models import StepTime
from reporting.on_time import Rate
from reporting.periods import Month, Span
from reporting.quantiles import MEDIAN, NINETIETH, quantile
from units.models import Unit


def finished_work() -> LegQuerySet:
    """The legs that the offices' figures count: `dossiers.legs.Leg.is_work`, asked of all rows."""
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


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step at one unit. `over`: how many late legs were over by so many working hours, begun ones counting whole;
    `minutes`: working minutes over, of all together."""

    unit: Unit
    step: str
    legs: int
    over: Counter[int]
    minutes: int

    @property
    def late(self) -> int:
        return self.over.total()

    @property
    def late_share(self) -> Rate:
        return Rate(self.late, self.legs)

    @property
    def median(self) -> int | None:
        """Working hours: half of the late ones were over by no more."""
        return quantile(self.over, MEDIAN)

    @property
    def ninetieth(self) -> int | None:
        """Working hours: nine of ten late ones were over by no more."""
        return quantile(self.over, NINETIETH)


def step_rows(units: Sequence[Unit], month: Month) -> list[StepRow]:
    """The steps of `units` with any late leg in `month`, most lost time first. One query."""
    by_key = {unit.pk: unit for unit in units}
    legs: Counter[tuple[int, str]] = Counter()
    over: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    minutes: Counter[tuple[int, str]] = Counter()
    rows = StepTime.objects.filter(month=month.first, unit__in=by_key)
    for unit, step, hours, n, lost in rows.values_list("unit", "step", "over", "legs", "minutes"):
        legs[unit, step] += n
        minutes[unit, step] += lost
        if hours:
            over[unit, step][hours] += n
    found = [
        StepRow(by_key[unit], step, legs[unit, step], late, minutes[unit, step]) for (unit, step), late in over.items()
    ]
    return sorted(found, key=lambda row: (-row.minutes, -row.late, row.unit.order, row.unit.name, row.step))
