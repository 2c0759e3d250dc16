"""The working calendar of an office, made from the rows that administrators edit.

Calendars are kept per process. A database trigger renews the one `CalendarVersion` row at every change of a calendar
row, so an edit made anywhere is seen by every process at its next question, for the price of one small query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, models

from units.models import CalendarDay, CalendarYear, OpeningHours, Unit
from units.working_calendar import OFFICE_WEEK, DayKind, Hours, SpecialDay, WorkingCalendar

Week = dict[int, Hours]


class _Almanac:
    """Every calendar row of one version, and the calendars made from them so far."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.special_days = [
            SpecialDay(row.day, DayKind(row.kind), row.reason, row.source, row.closes_at)
            for row in CalendarDay.objects.all()
        ]
        self.complete_years = list(CalendarYear.objects.filter(is_complete=True).values_list("year", flat=True))
        self.weeks = _weeks(OpeningHours.objects.filter(counts=True))
        self.public_weeks = _weeks(OpeningHours.objects.all())
        self.calendars: dict[tuple[tuple[int, Hours], ...], WorkingCalendar] = {}

    def calendar(self, week: Week) -> WorkingCalendar:
        key = tuple(sorted(week.items()))
        if key not in self.calendars:
            self.calendars[key] = WorkingCalendar(
                self.special_days, week or OFFICE_WEEK, self.complete_years, str(self.version)
            )
        return self.calendars[key]


_almanac: dict[str, _Almanac] = {}


def working_calendar(unit: Unit | None = None) -> WorkingCalendar:
    """The days and hours that count for a unit: its own hours, else those of the nearest unit above, else the default.

    One query when nothing changed since the last call.
    """
    almanac = _current()
    return almanac.calendar(_week_of(unit, almanac.weeks))


def receiving_calendars(units: Iterable[Unit]) -> list[WorkingCalendar]:
    """When each unit is open to the public, in the order given; one query for all when nothing changed.

    May hold hours that count towards no term, such as Saturday mornings.
    """
    almanac = _current()
    return [almanac.calendar(_week_of(unit, almanac.public_weeks)) for unit in units]


def _current() -> _Almanac:
    with connection.cursor() as cursor:  # asked by every page: building the query would take longer than its answer
        cursor.execute("SELECT number FROM units_calendarversion")
        (version,) = cursor.fetchone() or (0,)
    almanac = _almanac.get("now")
    if almanac is None or almanac.version != version:
        almanac = _almanac["now"] = _Almanac(version)
    return almanac


def _weeks(rows: models.QuerySet[OpeningHours]) -> dict[int | None, Week]:
    stretches: dict[int | None, dict[int, list[OpeningHours]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("weekday", "opens"):
        stretches[row.unit_id][row.weekday].append(row)
    return {
        unit_id: {weekday: tuple((row.opens, row.closes) for row in day) for weekday, day in week.items()}
        for unit_id, week in stretches.items()
    }


def _week_of(unit: Unit | None, weeks: dict[int | None, Week]) -> Week:
    for unit_id in _upwards(unit):
        if unit_id in weeks:
            return weeks[unit_id]
    return weeks.get(None, {})


def _upwards(unit: Unit | None) -> Iterable[int]:
    """The ids of a unit and of all above it, nearest first; no query, the path holds them."""
    return reversed([int(step) for step in unit.path.split("/") if step]) if unit else ()
