"""All years kept, as the newest edition counts them: for the board, at no cost to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month
from reporting.definitions.targets import RANK_FROM
from reporting.open_data.dictionary import OTHER
from reporting.open_data.editions import Edition
from reporting.open_data.figures import ALL, Place


@dataclass(frozen=True, slots=True)
class KeptYears:
    """`years` and `levels` (by name in Vietnamese and in English) with their counts, in order; `best` is the unit that
    kept most of its promises, of those with enough dossiers to be ranked."""

    month: Month
    every: Counts
    years: Sequence[tuple[str, Counts]]
    levels: Sequence[tuple[Sequence[str], Counts]]
    best: tuple[str, Counts] | None


def kept_years(edition: Edition) -> KeptYears:
    figures = edition.figures
    years = [(place.period, counts) for place, counts in figures.items() if place == Place(place.period)]
    return KeptYears(
        month=edition.month,
        every=figures.get(Place(ALL), Counts()),
        years=[(year, counts) for year, counts in years if year.isdecimal()],
        levels=[
            (names, figures[Place(ALL, code)]) for code, names in edition.levels.items() if Place(ALL, code) in figures
        ],
        best=_best(edition),
    )


def _best(edition: Edition) -> tuple[str, Counts] | None:
    named = [
        (edition.units[place.unit], counts)
        for place, counts in edition.figures.items()
        if place.period == ALL and place.unit not in ("", OTHER) and counts.resolved >= RANK_FROM
    ]
    return max(named, key=lambda one: (one[1].rate.exact or 0, one[1].resolved), default=None)
