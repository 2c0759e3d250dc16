"""When dossiers come in: weekday by hour, at the desks of the units in sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from reporting.definitions.periods import Month
from reporting.models import IntakeHour
from units.clock.working_calendar import WorkingCalendar

SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade`: 0 for none, then 1 to `SHADES` in equal steps up to the largest cell. `is_open`: some part of the hour
    is office time of that weekday; outside of it nothing is expected, but what came is shown."""

    received: int
    shade: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class WeekdayRow:
    """`weekday`: 0 for Monday."""

    weekday: int
    cells: Sequence[Cell]

    @property
    def received(self) -> int:
        return sum(cell.received for cell in self.cells)


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`hours` are the columns: those of the office's day, and whatever other hours something came in."""

    hours: Sequence[int]
    rows: Sequence[WeekdayRow]

    @property
    def received(self) -> int:
        return sum(row.received for row in self.rows)

    @property
    def lines(self) -> list[tuple[int, list[Cell], int]]:
        """Hour, its cell on each weekday, and all of them together."""
        columns = [[row.cells[place] for row in self.rows] for place in range(len(self.hours))]
        return [
            (hour, cells, sum(cell.received for cell in cells))
            for hour, cells in zip(self.hours, columns, strict=True)
        ]

    @property
    def busiest(self) -> tuple[int, int, int] | None:
        """Weekday, hour and number of the largest cell; None of nothing."""
        found = [
            (cell.received, -row.weekday, -hour)
            for row in self.rows
            for hour, cell in zip(self.hours, row.cells, strict=True)
        ]
        number, weekday, hour = max(found, default=(0, 0, 0))
        return (-weekday, -hour, number) if number else None

    @property
    def outside(self) -> int:
        """How many came outside of office hours."""
        return sum(cell.received for row in self.rows for cell in row.cells if not cell.is_open)


def heat_map(desks: Collection[int], first: Month, last: Month, calendar: WorkingCalendar) -> HeatMap:
    """What these desks took in from `first` to `last`. One query."""
    found: Counter[tuple[int, int]] = Counter()
    rows = IntakeHour.objects.filter(month__gte=first.first, month__lte=last.first, desk__in=desks)
    for weekday, hour, received in rows.values_list("weekday", "hour", "received"):
        found[weekday, hour] += received
    office = {(weekday, hour) for weekday in range(7) for hour in _office_hours(calendar, weekday)}
    hours = sorted({hour for _weekday, hour in (*office, *found)})
    weekdays = sorted({weekday for weekday, _hour in (*office, *found)})
    most = max(found.values(), default=0)

    def cell(weekday: int, hour: int) -> Cell:
        received = found[weekday, hour]
        return Cell(received, -(-received * SHADES // most) if most else 0, (weekday, hour) in office)

    return HeatMap(hours, [WeekdayRow(day, [cell(day, hour) for hour in hours]) for day in weekdays])


def _office_hours(calendar: WorkingCalendar, weekday: int) -> set[int]:
    """The hours of the day that an office is open in, by the beginning of each."""
    stretches = calendar.weekly_hours(weekday)
    return {hour for opens, closes in stretches for hour in range(opens.hour, _last_hour(closes) + 1)}


def _last_hour(closes: time) -> int:
    return closes.hour if (closes.minute or closes.second) else closes.hour - 1
