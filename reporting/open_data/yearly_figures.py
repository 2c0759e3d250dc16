"""Figures of all years from the newest edition, read without the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month
from reporting.definitions.targets import RANK_FROM
from reporting.open_data.dictionary import OTHER
from reporting.open_data.editions import Edition
from reporting.open_data.figures import ALL, FigureKey


@dataclass(frozen=True, slots=True)
class YearlyFigures:
    """`years` and `levels` (names in Vietnamese and in English) with their counts, in order; `best` is the ranked unit
    with the highest on-time rate."""

    month: Month
    every: Counts
    years: Sequence[tuple[str, Counts]]
    levels: Sequence[tuple[Sequence[str], Counts]]
    best: tuple[str, Counts] | None


def yearly_figures(edition: Edition) -> YearlyFigures:
    figures = edition.figures
    years = [(key.period, counts) for key, counts in figures.items() if key == FigureKey(key.period)]
    return YearlyFigures(
        month=edition.month,
        every=figures.get(FigureKey(ALL), Counts()),
        years=[(year, counts) for year, counts in years if year.isdecimal()],
        levels=[
            (names, figures[FigureKey(ALL, code)])
            for code, names in edition.levels.items()
            if FigureKey(ALL, code) in figures
        ],
        best=_best(edition),
    )


def _best(edition: Edition) -> tuple[str, Counts] | None:
    named = [
        (edition.units[key.unit], counts)
        for key, counts in edition.figures.items()
        if key.period == ALL and key.unit not in ("", OTHER) and counts.resolved >= RANK_FROM
    ]
    return max(named, key=lambda one: (one[1].rate.exact or 0, one[1].resolved), default=None)
