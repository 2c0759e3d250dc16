"""Requests for papers and apologies of what was finished in a span: what citizens had to come back for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from reporting.dashboards.list_kinds import ListKind
from reporting.dashboards.procedure_names import procedure_names
from reporting.definitions.on_time import Rate, add_counts
from reporting.models import SupplementTally
from reporting.rollup.counting_sql import SUPPLEMENTS_COUNTED
from reporting.rollup.reading import Period, months_and_days, summed_by
from units.models import Unit


@dataclass(frozen=True, slots=True)
class SupplementCounts:
    """`finished`: all that ended, however; `late`: with a result after the promise. Others as in `SupplementTally`."""

    finished: int = 0
    late: int = 0
    supplemented: int = 0
    repeated: int = 0
    requests: int = 0
    reappointed: int = 0
    late_apologies: int = 0
    unapologised: int = 0
    late_again: int = 0

    def __add__(self, other: SupplementCounts) -> SupplementCounts:
        return add_counts(self, other)

    @property
    def supplement_rate(self) -> Rate:
        """Asked for papers at all ÷ finished."""
        return Rate(self.supplemented, self.finished)

    @property
    def returns(self) -> Rate:
        """Requests for papers ÷ finished: how often one dossier was given back; may exceed one."""
        return Rate(self.requests, self.finished)

    @property
    def apologies(self) -> list[tuple[ListKind, int]]:
        """Each with the sort of the list behind it, in the order of the columns."""
        return [
            (ListKind.REAPPOINTED, self.reappointed),
            (ListKind.LATE_APOLOGY, self.late_apologies),
            (ListKind.LATE_AGAIN, self.late_again),
            (ListKind.UNAPOLOGISED, self.unapologised),
        ]

    @property
    def supplements(self) -> list[tuple[ListKind, int]]:
        return [(ListKind.SUPPLEMENTED, self.supplemented), (ListKind.REPEATED, self.repeated)]


@dataclass(frozen=True, slots=True)
class SupplementRow:
    """One unit or one procedure; `slug` is what its list is asked for by."""

    name: str
    slug: str
    counts: SupplementCounts
    level: str = ""


@dataclass(frozen=True, slots=True)
class SupplementFigures:
    units: Sequence[SupplementRow]
    procedures: Sequence[SupplementRow]

    @property
    def all(self) -> SupplementCounts:
        return sum((row.counts for row in self.units), start=SupplementCounts())


def supplement_figures(units: Sequence[Unit], period: Period) -> SupplementFigures:
    """By unit, the most late dossiers first, and by procedure, the most dossiers asked for papers first. Three
    queries."""
    by_key = {unit.pk: unit for unit in units}
    found = _read(by_key, period)
    by_unit: dict[int, SupplementCounts] = defaultdict(SupplementCounts)
    by_procedure: dict[int, SupplementCounts] = defaultdict(SupplementCounts)
    for (unit, procedure), counts in found.items():
        by_unit[unit] += counts
        by_procedure[procedure] += counts
    asked = {key: counts for key, counts in by_procedure.items() if counts.requests}
    names = procedure_names(asked)
    return SupplementFigures(
        sorted(
            (SupplementRow(by_key[key].name, by_key[key].slug, counts) for key, counts in by_unit.items()),
            key=lambda row: (-row.counts.late, -row.counts.supplemented, row.name),
        ),
        sorted(
            (
                SupplementRow(names[key].name, names[key].ref, counts, names[key].level)
                for key, counts in asked.items()
            ),
            key=lambda row: (-row.counts.supplemented, -(row.counts.supplement_rate.exact or 0), row.name),
        ),
    )


def _read(units: Collection[int], period: Period) -> dict[tuple[int, int], SupplementCounts]:
    """By unit and procedure. Two queries."""
    first, last = period.span.first, period.until
    found: dict[tuple[int, int], SupplementCounts] = defaultdict(SupplementCounts)
    tallies = (rows.by_procedure().filter(unit__in=units) for rows in months_and_days(first, last))
    for (unit, procedure), counts in summed_by(("unit", "procedure"), *tallies).items():
        if finished := counts.resolved + counts.refused + counts.withdrawn:
            found[unit, procedure] = SupplementCounts(finished=finished, late=counts.late)
    rows = SupplementTally.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    for unit, procedure, *sums in rows.values_list("unit", "procedure").annotate(*map(Sum, SUPPLEMENTS_COUNTED)):
        found[unit, procedure] += SupplementCounts(0, 0, *sums)
    return found
