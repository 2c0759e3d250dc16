"""Requests for papers and apologies of what was finished in a span: what citizens had to come back for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass

from django.db.models import Sum

from reporting.dashboards.list_sorts import Sort
from reporting.dashboards.procedure_names import procedure_names
from reporting.definitions.on_time import Rate
from reporting.models import SupplementTally
from reporting.rollup.sql import CARE_COUNTED
from reporting.rollup.tallies import Period, parts, summed_by
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Care:
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

    def __add__(self, other: Care) -> Care:
        return Care(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def supplement_rate(self) -> Rate:
        """Asked for papers at all ÷ finished."""
        return Rate(self.supplemented, self.finished)

    @property
    def returns(self) -> Rate:
        """Requests for papers ÷ finished: how often one dossier was given back; may exceed one."""
        return Rate(self.requests, self.finished)

    @property
    def apologies(self) -> list[tuple[Sort, int]]:
        """Each with the sort of the list behind it, in the order of the columns."""
        return [
            (Sort.REAPPOINTED, self.reappointed),
            (Sort.LATE_APOLOGY, self.late_apologies),
            (Sort.LATE_AGAIN, self.late_again),
            (Sort.UNAPOLOGISED, self.unapologised),
        ]

    @property
    def supplements(self) -> list[tuple[Sort, int]]:
        return [(Sort.SUPPLEMENTED, self.supplemented), (Sort.REPEATED, self.repeated)]


@dataclass(frozen=True, slots=True)
class CareRow:
    """One unit or one procedure; `slug` is what its list is asked for by."""

    name: str
    slug: str
    care: Care
    level: str = ""


@dataclass(frozen=True, slots=True)
class CarePage:
    units: Sequence[CareRow]
    procedures: Sequence[CareRow]

    @property
    def all(self) -> Care:
        return sum((row.care for row in self.units), start=Care())


def care_page(units: Sequence[Unit], period: Period) -> CarePage:
    """By unit, the most late dossiers first, and by procedure, the most dossiers asked for papers first. Three
    queries."""
    by_key = {unit.pk: unit for unit in units}
    found = _read(by_key, period)
    by_unit: dict[int, Care] = defaultdict(Care)
    by_procedure: dict[int, Care] = defaultdict(Care)
    for (unit, procedure), care in found.items():
        by_unit[unit] += care
        by_procedure[procedure] += care
    asked = {key: care for key, care in by_procedure.items() if care.requests}
    names = procedure_names(asked)
    return CarePage(
        sorted(
            (CareRow(by_key[key].name, by_key[key].slug, care) for key, care in by_unit.items()),
            key=lambda row: (-row.care.late, -row.care.supplemented, row.name),
        ),
        sorted(
            (CareRow(names[key].name, names[key].ref, care, names[key].level) for key, care in asked.items()),
            key=lambda row: (-row.care.supplemented, -(row.care.supplement_rate.exact or 0), row.name),
        ),
    )


def _read(units: Collection[int], period: Period) -> dict[tuple[int, int], Care]:
    """By unit and procedure. Two queries."""
    first, last = period.span.first, period.until
    found: dict[tuple[int, int], Care] = defaultdict(Care)
    tallies = (rows.by_procedure().filter(unit__in=units) for rows in parts(first, last))
    for (unit, procedure), counts in summed_by(("unit", "procedure"), *tallies).items():
        if finished := counts.resolved + counts.refused + counts.withdrawn:
            found[unit, procedure] = Care(finished=finished, late=counts.late)
    care = SupplementTally.objects.filter(unit__in=units, day__gte=first, day__lte=last)
    for unit, procedure, *sums in care.values_list("unit", "procedure").annotate(*map(Sum, CARE_COUNTED)):
        found[unit, procedure] += Care(0, 0, *sums)
    return found
