"""Desks with their opening hours and their on-time rate of the last twelve months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reporting.definitions.on_time import Counts, total
from reporting.definitions.periods import Month, months_until
from reporting.definitions.targets import TREND_MONTHS
from reporting.public.figures import published_counts
from reporting.rollup.satisfaction import Satisfaction, by_desk
from units.calendar.opening_hours import Place, places
from units.models import Unit


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """A desk and its last twelve months: dossiers of the units it serves, ratings by people who collected there.

    `counts` leave out units with too few dossiers to be published.
    """

    place: Place
    counts: Counts
    satisfaction: Satisfaction


def places_with_figures(*, at: datetime) -> list[PlaceFigures]:
    """Every desk; the same few queries for any number of them."""
    months = months_until(Month.of(at), TREND_MONTHS)
    found = places(at)
    served = _served(found, published_counts(months))
    rated = by_desk(months[0], months[-1])
    return [
        PlaceFigures(place, served.get(place.desk.pk, Counts()), rated.get(place.desk.pk, Satisfaction()))
        for place in found
    ]


def _served(found: Iterable[Place], counts: dict[int, Counts]) -> dict[int, Counts]:
    """Counts by desk: every unit belongs to the desk of the nearest office above it that has one."""
    desk_of = {place.desk.parent_id: place.desk.pk for place in found}
    served: dict[int, list[Counts]] = {}
    for unit in Unit.objects.filter(pk__in=counts).only("path"):
        above = (int(key) for key in reversed(unit.path.strip("/").split("/")))
        desk = next((desk_of[key] for key in above if key in desk_of), None)
        if desk is not None:
            served.setdefault(desk, []).append(counts[unit.pk])
    return {desk: total(several) for desk, several in served.items()}
