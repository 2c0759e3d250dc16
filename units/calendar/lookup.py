"""The working calendar of an office, made from the rows that administrators edit, as they are or as they were.

Calendars are cached per process. A database trigger renews the one `CalendarVersion` row at every change of a calendar
row, so an edit made anywhere is seen by every process at its next question, for the price of one small query. The same
trigger keeps the content under its number (`CalendarEdition`): an edition never changes, so it is read once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Min

from units.clock.working_calendar import OFFICE_WEEK, DayKind, Hours, SpecialDay, WorkingCalendar
from units.models import (
    CalendarDay,
    CalendarDraft,
    CalendarDraftDay,
    CalendarEdition,
    CalendarYear,
    OpeningHours,
    Unit,
)

Week = dict[int, Hours]
Weeks = dict[int | None, Week]
Stretch = tuple[int | None, int, time, time]

_CACHED_EDITIONS = 50


class UnknownEdition(LookupError):
    """No calendar was ever stored under this number."""


@dataclass(slots=True)
class _Almanac:
    """Every calendar row of one version, and the calendars made from them so far."""

    version: int
    special_days: list[SpecialDay]
    complete_years: list[int]
    weeks: Weeks
    public_weeks: Weeks = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    calendars: dict[tuple[tuple[int, Hours], ...], WorkingCalendar] = field(default_factory=dict)

    def calendar(self, week: Week) -> WorkingCalendar:
        key = tuple(sorted(week.items()))
        if key not in self.calendars:
            self.calendars[key] = WorkingCalendar(
                self.special_days, week or OFFICE_WEEK, self.complete_years, str(self.version)
            )
        return self.calendars[key]


_almanac: dict[str, _Almanac] = {}


def working_calendar(unit: Unit | None = None, edition: int | None = None) -> WorkingCalendar:
    """The days and hours that count for a unit: its own hours, else those of the nearest unit above, else the default.

    Today's when `edition` is None, for one query when nothing changed since the last call. Else as it all was under
    that number, which is the `version` of every calendar, without a query when asked before. Raises UnknownEdition.
    """
    if edition is None:
        almanac = _current()
        return almanac.calendar(_week_of(unit.path if unit else "", almanac.weeks))
    almanac = _edition(edition)
    return almanac.calendar(_week_of(almanac.paths.get(str(unit.pk), unit.path) if unit else "", almanac.weeks))


def drafted_calendar(draft: CalendarDraft, unit: Unit | None = None) -> WorkingCalendar:
    """Today's calendar of a unit as it would be with the draft's days published, for a preview.

    Its `version` is today's number and the draft's, joined by a plus: no edition has it, so no due date refers to it.
    """
    almanac = _current()
    days = {special.day: special for special in almanac.special_days}
    for line in draft.days.all():
        if line.change == CalendarDraftDay.Change.REMOVE:
            days.pop(line.day, None)
        else:
            days[line.day] = SpecialDay(line.day, DayKind(line.kind), line.reason, line.source, line.closes_at)
    week = _week_of(unit.path if unit else "", almanac.weeks)
    return WorkingCalendar(days.values(), week or OFFICE_WEEK, almanac.complete_years, f"{almanac.version}+{draft.pk}")


def first_day_touched(draft: CalendarDraft) -> date | None:
    """The earliest day a draft adds or takes out; what was due before it is not moved. None for an empty draft."""
    first: date | None = draft.days.aggregate(first=Min("day"))["first"]
    return first


def working_calendars(units: Iterable[Unit], edition: int | None = None) -> list[WorkingCalendar]:
    """The calendar of each unit, in the order given; one query for all when nothing changed. Units that keep the same
    hours share one. `edition` as for `working_calendar`."""
    if edition is not None:
        return [working_calendar(unit, edition) for unit in units]
    almanac = _current()
    return [almanac.calendar(_week_of(unit.path, almanac.weeks)) for unit in units]


def receiving_calendars(units: Iterable[Unit]) -> list[WorkingCalendar]:
    """When each unit is open to the public, in the order given; one query for all when nothing changed.

    May hold hours that count towards no term, such as Saturday mornings.
    """
    almanac = _current()
    return [almanac.calendar(_week_of(unit.path, almanac.public_weeks)) for unit in units]


def both_calendars(units: Iterable[Unit]) -> list[tuple[WorkingCalendar, WorkingCalendar]]:
    """The `working_calendar` of each unit and its `receiving_calendars` one, for one query together."""
    almanac = _current()
    return [
        (
            almanac.calendar(_week_of(unit.path, almanac.weeks)),
            almanac.calendar(_week_of(unit.path, almanac.public_weeks)),
        )
        for unit in units
    ]


def current_edition() -> int:
    """The number of the calendar in force; 0 before its first row. One query."""
    with connection.cursor() as cursor:  # asked by every page: building the query would take longer than its answer
        cursor.execute("SELECT number FROM units_calendarversion")
        (number,) = cursor.fetchone() or (0,)
    return int(number)


def _current() -> _Almanac:
    version = current_edition()
    almanac = _almanac.get("now")
    if almanac is None or almanac.version != version:
        almanac = _almanac["now"] = _from_rows(version)
    return almanac


def _from_rows(version: int) -> _Almanac:
    stretches = list(
        OpeningHours.objects.order_by("weekday", "opens").values_list(
            "unit_id", "weekday", "opens", "closes", "counts"
        )
    )
    return _Almanac(
        version,
        [
            SpecialDay(row.day, DayKind(row.kind), row.reason, row.source, row.closes_at)
            for row in CalendarDay.objects.all()
        ],
        list(CalendarYear.objects.filter(is_complete=True).values_list("year", flat=True)),
        weeks=_weeks(row[:4] for row in stretches if row[4]),
        public_weeks=_weeks(row[:4] for row in stretches),
    )


@lru_cache(maxsize=_CACHED_EDITIONS)
def _edition(number: int) -> _Almanac:
    if number == 0:
        return _Almanac(0, [], [], {})
    content = CalendarEdition.objects.filter(number=number).values_list("content", flat=True).first()
    if content is None:
        raise UnknownEdition(f"the calendar has no edition {number}")
    return _Almanac(
        number,
        [_special_day(row) for row in content["days"]],
        content["years"],
        weeks=_weeks(_stretch(row) for row in content["hours"]),
        paths=content["paths"],
    )


def _special_day(row: Mapping[str, Any]) -> SpecialDay:
    closes_at = time.fromisoformat(row["closes_at"]) if row["closes_at"] else None
    return SpecialDay(date.fromisoformat(row["day"]), DayKind(row["kind"]), row["reason"], row["source"], closes_at)


def _stretch(row: Mapping[str, Any]) -> Stretch:
    return row["unit_id"], row["weekday"], time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])


def _weeks(rows: Iterable[Stretch]) -> Weeks:
    """The week of each unit that has rows, and of None; the stretches of one weekday in the order given."""
    weeks: Weeks = defaultdict(dict)
    for unit_id, weekday, opens, closes in rows:
        weeks[unit_id][weekday] = (*weeks[unit_id].get(weekday, ()), (opens, closes))
    return dict(weeks)


def _week_of(path: str, weeks: Weeks) -> Week:
    """The week of the nearest unit, upwards along a path, that has one; else the default."""
    for step in reversed(path.split("/")):
        if step and int(step) in weeks:
            return weeks[int(step)]
    return weeks.get(None, {})
