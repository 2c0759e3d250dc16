"""How long procedures really take, in working time, counted nightly over twelve months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reporting.dashboards.procedure_names import ProcedureName, procedure_names
from reporting.definitions.targets import USUAL_TIME_FROM
from reporting.models import UsualTime
from units.models import Unit


@dataclass(frozen=True, slots=True)
class UnitTime:
    unit: Unit
    time: UsualTime


@dataclass(frozen=True, slots=True)
class ProcedureTimes:
    """One procedure: everywhere, and at each unit in sight that finished any. A time of fewer than `TIMED_FROM`
    dossiers says nothing and is shown without its figures."""

    procedure: ProcedureName
    everywhere: UsualTime
    units: Sequence[UnitTime]

    @property
    def slowest(self) -> UnitTime | None:
        """The unit with the longest median, where more than one is known."""
        telling = [one for one in self.units if has_enough(one.time)]
        return telling[0] if len(telling) > 1 else None

    @property
    def longest(self) -> int:
        """The longest of all times shown, in minutes."""
        shown = (self.everywhere, *(one.time for one in self.units))
        return max((time.ninetieth for time in shown if has_enough(time)), default=0)

    @property
    def dossiers(self) -> int:
        """In sight."""
        return sum(one.time.dossiers for one in self.units)


def has_enough(time: UsualTime) -> bool:
    return time.dossiers >= USUAL_TIME_FROM


def usual_times(units: Sequence[Unit]) -> list[ProcedureTimes]:
    """Of every procedure that `units` finished, the most frequent first. Two queries."""
    by_key = {unit.pk: unit for unit in units}
    own: dict[int, list[UnitTime]] = defaultdict(list)
    everywhere: dict[int, UsualTime] = {}
    for time in UsualTime.objects.all():
        if time.unit_id is None:
            everywhere[time.procedure_id] = time
        elif time.unit_id in by_key:
            own[time.procedure_id].append(UnitTime(by_key[time.unit_id], time))
    names = procedure_names(own)
    rows = [
        ProcedureTimes(names[key], everywhere[key], sorted(times, key=_slowest_first)) for key, times in own.items()
    ]
    return sorted(rows, key=lambda row: (-row.dossiers, row.procedure.name))


def usual_time(procedure: int) -> UsualTime | None:
    """Of one procedure, everywhere, for everybody: None where too few were finished. One query."""
    return UsualTime.objects.filter(procedure=procedure, unit=None, dossiers__gte=USUAL_TIME_FROM).first()


def _slowest_first(one: UnitTime) -> tuple[bool, int, str]:
    return not has_enough(one.time), -one.time.median, one.unit.name
