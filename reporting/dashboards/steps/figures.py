"""Where the time is lost: steps of the internal process, by the unit that has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reporting.definitions.on_time import Rate
from reporting.definitions.periods import Month
from reporting.definitions.quantiles import MEDIAN, NINETIETH, quantile
from reporting.models import StepTime
from units.models import Unit


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
