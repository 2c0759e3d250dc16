"""Counts of one span by channel of filing, by receiving desk, and by place of the step: from the roll-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from dossiers.models import Dossier
from procedures.models import ProcessStep
from reporting.definitions.on_time import Counts
from reporting.models import LegTally
from reporting.rollup.counting_sql import LEGS_COUNTED
from reporting.rollup.reading import Period, leg_counts, months_and_days, summed_by
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Counts of dossiers (or legs) of one channel, desk or place. `key`: its value in addresses; `name`: as
    printed."""

    key: str
    name: str
    counts: Counts


def by_channel(units: Sequence[int], period: Period) -> list[Breakdown]:
    """Every channel in the order of `Dossier.Intake`, also without dossiers: one query."""
    found = _dossiers(units, period, "channel")
    return [Breakdown(one.value, str(one.label), found.get(one.value, Counts())) for one in Dossier.Intake]


def by_desk(units: Sequence[int], period: Period) -> list[Breakdown]:
    """The desks that received the dossiers of `units`, most received first: two queries."""
    found = _dossiers(units, period, "desk")
    lines = [Breakdown(desk.slug, desk.name, found[desk.pk]) for desk in Unit.objects.filter(pk__in=found)]
    return sorted(lines, key=lambda line: (-line.counts.received, -line.counts.resolved, line.name))


def by_place(units: Sequence[int], period: Period) -> list[Breakdown]:
    """The legs of `units` by place of the step, in the order of the process: one query."""
    rows = LegTally.objects.by_place().filter(unit__in=units).between(period.span.first, period.until)
    sums = rows.values_list("place").annotate(*(Sum(column) for column in LEGS_COUNTED))
    found = {place: leg_counts(counts) for place, *counts in sums}
    return [Breakdown(one.value, str(one.label), found[one.value]) for one in ProcessStep.Place if one.value in found]


def _dossiers(units: Sequence[int], period: Period, key: str) -> dict[Any, Counts]:
    rows = (rows.by_desk().filter(unit__in=units) for rows in months_and_days(period.span.first, period.until))
    return {found: counts for (found,), counts in summed_by((key,), *rows).items()}
