"""The figures published beside the rows, which anybody can recompute from the rows.

They are complete by year and by level. A unit is named in the last twelve months, and before them, only where it has
enough dossiers in that period; the others are added up as `OTHER`. "All" of a unit covers the periods that name it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month
from reporting.definitions.ranking import RankingRow
from reporting.definitions.targets import TREND_MONTHS
from reporting.definitions.withholding import publishable
from reporting.models import DailyTally, LegTally
from reporting.open_data.dictionary import OTHER, RECENT
from units.models import Unit
from units.texts.wording import percent

ALL: Final = "all"
_VERDICTS: Final = ("early", "on_time", "late")


class FigureKey(NamedTuple):
    """What a row of figures covers: `period` is "all", "recent" or a year; an empty level or unit means all."""

    period: str
    level: str = ""
    unit: str = ""

    @property
    def has_received(self) -> bool:
        """Whether the number received is published: not of a unit, nor of part of a year."""
        return not self.unit and self.period != RECENT


Figures = dict[FigureKey, Counts]


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """Keys of the units that may be named, in the last twelve months and before them."""

    recent: Sequence[int]
    earlier: Sequence[int]


def first_recent(month: Month) -> Month:
    """The first of the twelve months that end with `month`."""
    return month.plus(1 - TREND_MONTHS)


def named_units(month: Month) -> NamedUnits:
    """By dossiers resolved until the end of `month`. Four queries."""
    return NamedUnits(*(_keys(rows) for rows in _by_period(DailyTally.objects.totals(), month)))


def named_offices(month: Month) -> NamedUnits:
    """By legs finished until the end of `month`. Four queries."""
    return NamedUnits(*(_keys(rows) for rows in _by_period(LegTally.objects.totals(), month)))


def from_tallies(month: Month, allowed: NamedUnits) -> Figures:
    """As the board counts them, until the end of `month`. Five queries."""
    figures: Figures = defaultdict(Counts)
    days = DailyTally.objects.by_procedure().filter(day__lte=month.last).annotate(year=ExtractYear("day"))
    sums = [Sum(name) for name in ("received", *_VERDICTS)]
    for level, year, *counted in days.values_list("procedure__level__code", "year").annotate(*sums).order_by():
        _add_year(figures, str(year), level, Counts(*counted))
    recent, earlier = _by_period(DailyTally.objects.totals(), month)
    for rows, keys, is_recent in ((recent, allowed.recent, True), (earlier, allowed.earlier, False)):
        for row in rows:
            _add_unit(figures, row.unit.slug if row.unit.pk in keys else OTHER, row.counts, is_recent=is_recent)
    return _publishable(figures)


def from_rows(rows: Iterable[Sequence[Any]]) -> Figures:
    """From rows of year finished, year received, period, level, unit, verdict and how many of them there are."""
    figures: Figures = defaultdict(Counts)
    for finished, received, period, level, unit, verdict, n in rows:
        if received:
            _add_year(figures, received, level, Counts(received=n))
        if verdict:
            counts = Counts(**{verdict: n})
            _add_year(figures, finished, level, counts)
            _add_unit(figures, unit or OTHER, counts, is_recent=period == RECENT)
    return _publishable(figures)


def row_of(key: FigureKey, counts: Counts) -> list[str]:
    """One row of the published table, its columns in the order of the dictionary."""
    received = str(counts.received) if key.has_received else ""
    ratio = counts.rate.ratio
    share = "" if ratio is None else percent(ratio, "en").rstrip("%")
    return [*key, received, str(counts.resolved), *(str(getattr(counts, name)) for name in _VERDICTS), share]


def _add_year(figures: Figures, year: str, level: str, counts: Counts) -> None:
    for key in (FigureKey(ALL), FigureKey(ALL, level), FigureKey(year), FigureKey(year, level)):
        figures[key] += counts


def _add_unit(figures: Figures, unit: str, counts: Counts, *, is_recent: bool) -> None:
    figures[FigureKey(ALL, unit=unit)] += counts
    if is_recent:
        figures[FigureKey(RECENT)] += counts
        figures[FigureKey(RECENT, unit=unit)] += counts


def _publishable(figures: Figures) -> Figures:
    """In order, with the published columns only, without empty rows."""
    published = {key: _published_columns(key, counts) for key, counts in sorted(figures.items())}
    return {key: counts for key, counts in published.items() if counts != Counts()}


def _published_columns(key: FigureKey, counts: Counts) -> Counts:
    received = counts.received if key.has_received else 0
    return Counts(received=received, early=counts.early, on_time=counts.on_time, late=counts.late)


def _by_period(tallies: QuerySet[Any], month: Month) -> tuple[list[RankingRow], list[RankingRow]]:
    """What every unit resolved in the last twelve months, and before them."""
    start = first_recent(month).first
    recent = tallies.filter(day__gte=start, day__lte=month.last)
    return _by_unit(recent), _by_unit(tallies.filter(day__lt=start))


def _by_unit(tallies: QuerySet[Any]) -> list[RankingRow]:
    sums = tallies.values_list("unit").annotate(*(Sum(name) for name in _VERDICTS)).order_by()
    counts = {unit: Counts(early=early, on_time=on_time, late=late) for unit, early, on_time, late in sums}
    return [RankingRow(unit, counts[unit.pk]) for unit in Unit.objects.filter(pk__in=counts)]


def _keys(rows: Iterable[RankingRow]) -> list[int]:
    enough, _withheld = publishable(rows)
    return [row.unit.pk for row in enough]
