"""The working calendar: which days and hours of an office count. Pure: no Django, no clock, no database.

All moments are aware datetimes; they are reckoned in `OFFICE_TIME` (Asia/Ho_Chi_Minh) and returned in it. A calendar
unrolls the years it is asked about into tables with one entry per day (prefix sums of working days and of working
time), so that every question is a look-up or one bisection. Days off and worked weekends come in as `SpecialDay`
rows; they are decreed yearly and follow no formula (Labour Code, articles 111 and 112).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")

Hours = tuple[tuple[time, time], ...]


class DayKind(StrEnum):
    HOLIDAY = "holiday"  # a public holiday
    MADE_UP = "made_up"  # the day off given for a holiday that fell on a weekly day off
    SWAPPED = "swapped"  # a day off exchanged for a worked weekend day
    WORKED = "worked"  # a weekend day on which the office works
    SHORT = "short"  # a working day that ends early
    WEEKEND = "weekend"  # a weekly day off; never the kind of a special day


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day on which the ordinary week does not hold. `source` is the document; `closes_at` ends a short day."""

    day: date
    kind: DayKind
    reason: str
    source: str
    closes_at: time | None = None


class SkippedDay(NamedTuple):
    """A day that did not count, and why. Weekly days off have no reason or source beyond their kind."""

    day: date
    kind: DayKind
    reason: str = ""
    source: str = ""


OFFICE_DAY: Hours = ((time(8), time(12)), (time(13), time(17)))
OFFICE_WEEK: Mapping[int, Hours] = dict.fromkeys(range(5), OFFICE_DAY)

_MICROSECOND = timedelta(microseconds=1)
_NO_YEARS = range(2000, 2000)
_YEARS_AT_ONCE = 10
_CACHED_YEARS = 40
_MOST_YEARS = 80


def _micros(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def local(at: datetime) -> datetime:
    """`at` in office time. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at if at.tzinfo is OFFICE_TIME else at.astimezone(OFFICE_TIME)


class _Tables:
    """Everything about the days from 1 January of one year to 31 December of another; day `i` is `base + i`."""

    __slots__ = ("base", "closings", "day_hours", "day_micros", "elapsed", "off", "rank", "working", "years")

    def __init__(self, years: range, hours_on: Callable[[date], Hours], skipped: Callable[[date], SkippedDay]) -> None:
        self.years = years
        self.base = date(years.start, 1, 1).toordinal()
        self.rank = [0]  # working days before day i
        self.elapsed = [0]  # working microseconds before day i
        self.day_hours: list[Hours] = []
        self.day_micros: list[list[tuple[int, int]]] = []  # the same stretches, in microseconds of the day
        working, off, closings = [], [], []
        for ordinal in range(self.base, date(years.stop, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            hours = hours_on(day)
            micros = [(_micros(opens), _micros(closes)) for opens, closes in hours]
            self.day_hours.append(hours)
            self.day_micros.append(micros)
            self.rank.append(self.rank[-1] + bool(hours))
            self.elapsed.append(self.elapsed[-1] + sum(closes - opens for opens, closes in micros))
            if hours:
                working.append(day)
                closings.append(datetime.combine(day, hours[-1][1], OFFICE_TIME))
            else:
                off.append(skipped(day))
        self.working = tuple(working)
        self.closings = tuple(closings)
        self.off = tuple(off)


class WorkingCalendar:
    """The days and hours that count for one office.

    `hours` maps a weekday (Monday is 0) to its stretches in order; a weekday that is missing is a weekly day off. A
    worked weekend day keeps the hours of the first weekday in the week. `complete_years` are the years whose days off
    and swaps are all known; `version` is stored with every due date so that the calendar it used is known.
    A calendar never changes once made.
    """

    def __init__(
        self,
        special_days: Iterable[SpecialDay] = (),
        hours: Mapping[int, Hours] = OFFICE_WEEK,
        complete_years: Iterable[int] = (),
        version: str = "",
    ) -> None:
        self._special = {special.day: special for special in special_days}
        self._week = {weekday: tuple(hours[weekday]) for weekday in sorted(hours) if hours[weekday]}
        if not self._week:
            raise ValueError("a calendar needs at least one weekday with hours")
        self.complete_years = frozenset(complete_years)
        self.version = version
        self._tables = _Tables(_NO_YEARS, self.hours_on, self._skipped)

    # One day

    def special(self, day: date) -> SpecialDay | None:
        return self._special.get(day)

    def special_days(self, first: date, last: date) -> list[SpecialDay]:
        """From `first` to `last` inclusive, in order."""
        return [self._special[day] for day in sorted(self._special) if first <= day <= last]

    def weekly_hours(self, weekday: int) -> Hours:
        """The stretches of an ordinary weekday (Monday is 0)."""
        return self._week.get(weekday, ())

    def hours_on(self, day: date) -> Hours:
        """The stretches worked on a day, in order; empty on a day off."""
        special = self._special.get(day)
        hours = self.weekly_hours(day.weekday())
        if special is None:
            return hours
        if special.kind is DayKind.WORKED:
            hours = hours or next(iter(self._week.values()))
        elif special.kind is not DayKind.SHORT:
            return ()
        end = special.closes_at
        if end is None:
            return hours
        return tuple((opens, min(closes, end)) for opens, closes in hours if opens < end)

    def is_working(self, day: date) -> bool:
        return bool(self.hours_on(day))

    def is_open(self, at: datetime) -> bool:
        at = local(at)
        return any(opens <= at.time() < closes for opens, closes in self.hours_on(at.date()))

    # Days

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.nth_working_day(day, 1)

    def on_or_after(self, day: date) -> date:
        """`day` when it is worked, else the next working day."""
        return self.nth_working_day(day - timedelta(days=1), 1)

    def on_or_before(self, day: date) -> date:
        """`day` when it is worked, else the last working day before it."""
        return self.nth_working_day(day + timedelta(days=1), -1)

    def nth_working_day(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); `day` itself is never counted."""
        if count == 0:
            raise ValueError("count must not be zero")
        tables, before, after = self._tables_around(day, count)
        return tables.working[after + count - 1 if count > 0 else before + count]

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        tables = self._covering(start, end)
        return tables.rank[end.toordinal() + 1 - tables.base] - tables.rank[start.toordinal() + 1 - tables.base]

    def worked_days(self, start: date, end: date) -> tuple[date, ...]:
        """The working days after `start` up to and including `end`."""
        tables = self._covering(start, end)
        rank = tables.rank
        return tables.working[rank[start.toordinal() + 1 - tables.base] : rank[end.toordinal() + 1 - tables.base]]

    def days_off(self, start: date, end: date) -> tuple[SkippedDay, ...]:
        """The days after `start` up to and including `end` that do not count."""
        tables = self._covering(start, end)
        first, last = start.toordinal() + 1 - tables.base, end.toordinal() + 1 - tables.base
        return tables.off[first - tables.rank[first] : last - tables.rank[last]]

    def closing(self, day: date) -> datetime:
        """The moment a working day ends. Raises ValueError for a day off."""
        if not (hours := self.hours_on(day)):
            raise ValueError(f"{day.isoformat()} is not a working day")
        return datetime.combine(day, hours[-1][1], OFFICE_TIME)

    def opening(self, day: date) -> datetime:
        """The moment a working day begins. Raises ValueError for a day off."""
        if not (hours := self.hours_on(day)):
            raise ValueError(f"{day.isoformat()} is not a working day")
        return datetime.combine(day, hours[0][0], OFFICE_TIME)

    def nth_closing(self, day: date, count: int) -> tuple[datetime, tuple[date, ...], tuple[SkippedDay, ...]]:
        """The closing of the `count`-th working day after `day`, the days counted and the days skipped on the way."""
        tables, _, after = self._tables_around(day, count)
        last = after + count
        first = day.toordinal() + 1 - tables.base
        counted = tables.working[after:last]
        off = first - after
        passed = (counted[-1].toordinal() - day.toordinal()) - count
        return tables.closings[last - 1], counted, tables.off[off : off + passed]

    # Hours

    def worked_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`, exact; negative when `end` is earlier."""
        start, end = local(start), local(end)
        tables = self._covering(min(start, end).date(), max(start, end).date())
        return (_worked_before(tables, end) - _worked_before(tables, start)) * _MICROSECOND

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from `start` to `end`; negative when `end` is earlier."""
        worked = self.worked_time_between(start, end)
        return worked // timedelta(minutes=1) if worked >= timedelta(0) else -(-worked // timedelta(minutes=1))

    def advance(self, at: datetime, worked: timedelta) -> datetime:
        """The earliest moment by which `worked` more working time has passed since `at`; back in time if negative.

        Nothing to advance leaves `at` where it is. A whole day therefore ends at closing time, never at the next
        opening.
        """
        at = local(at)
        if not worked:
            return at
        tables = self._covering(at.date(), at.date())
        target = _worked_before(tables, at) + worked // _MICROSECOND
        while not 0 < target <= tables.elapsed[-1]:
            tables = self._extend(tables, forward=target > 0)
            target = _worked_before(tables, at) + worked // _MICROSECOND
        return _moment(tables, target)

    def next_opening(self, at: datetime) -> datetime:
        """`at` when the office is at work, else the moment it next opens."""
        at = local(at)
        for opens, closes in self.hours_on(at.date()):
            if opens <= at.time() < closes:
                return at
            if at.time() < opens:
                return at.replace(hour=opens.hour, minute=opens.minute, second=opens.second, microsecond=0)
        return self.opening(self.next_working_day(at.date()))

    def stretches(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches of working time between two moments, for showing how hours were counted."""
        start, end = local(start), local(end)
        days = self.worked_days(start.date() - timedelta(days=1), end.date())
        whole = [
            (datetime.combine(day, opens, OFFICE_TIME), datetime.combine(day, closes, OFFICE_TIME))
            for day in days
            for opens, closes in self.hours_on(day)
        ]
        clipped = ((max(opens, start), min(closes, end)) for opens, closes in whole)
        return tuple((opens, closes) for opens, closes in clipped if opens < closes)

    # Years

    @property
    def known_years(self) -> range:
        """From the first to the last year of which it knows a special day, or that there is none to come."""
        years = self.complete_years | {day.year for day in self._special}
        return range(min(years), max(years) + 1) if years else range(0)

    def incomplete_years(self, start: date, end: date) -> tuple[int, ...]:
        """The years from `start` to `end` whose days off or swaps are not all known yet."""
        if start.year == end.year:
            return () if start.year in self.complete_years else (start.year,)
        return tuple(year for year in range(start.year, end.year + 1) if year not in self.complete_years)

    # Tables

    def _skipped(self, day: date) -> SkippedDay:
        special = self._special.get(day)
        if special is None:
            return SkippedDay(day, DayKind.WEEKEND)
        return SkippedDay(day, special.kind, special.reason, special.source)

    def _covering(self, start: date, end: date) -> _Tables:
        """Tables that hold both days with room on each side."""
        tables = self._tables
        if tables.base < start.toordinal() and end.toordinal() + 1 < tables.base + len(tables.day_hours):
            return tables
        years = range(start.year - 1, end.year + 2)
        both = range(min(years.start, tables.years.start), max(years.stop, tables.years.stop))
        return self._unroll(both if tables.years and len(both) <= _CACHED_YEARS else years)

    def _tables_around(self, day: date, count: int) -> tuple[_Tables, int, int]:
        """Tables that reach the `count`-th working day from `day`, and the working days before and through `day`."""
        tables = self._tables
        index = day.toordinal() - tables.base
        if not 0 <= index < len(tables.day_hours):
            tables = self._covering(day, day)
            index = day.toordinal() - tables.base
        while not 0 <= tables.rank[index + 1] + count <= len(tables.working) or tables.rank[index] + count < 0:
            tables = self._extend(tables, forward=count > 0)
            index = day.toordinal() - tables.base
        return tables, tables.rank[index], tables.rank[index + 1]

    def _extend(self, tables: _Tables, *, forward: bool) -> _Tables:
        """Unroll ten more years. ValueError when no end is in sight: a calendar with no working days left."""
        before, after = (0, _YEARS_AT_ONCE) if forward else (_YEARS_AT_ONCE, 0)
        years = range(tables.years.start - before, tables.years.stop + after)
        if len(years) > _MOST_YEARS:
            raise ValueError("the calendar does not reach that far")
        return self._unroll(years)

    def _unroll(self, years: range) -> _Tables:
        self._tables = _Tables(years, self.hours_on, self._skipped)
        return self._tables


def _worked_before(tables: _Tables, at: datetime) -> int:
    """Working microseconds from the beginning of the tables to `at` (office time)."""
    index = at.toordinal() - tables.base
    total = tables.elapsed[index]
    now = ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
    for opens, closes in tables.day_micros[index]:
        if now <= opens:
            break
        total += (now if now < closes else closes) - opens
    return total


def _moment(tables: _Tables, target: int) -> datetime:
    """The earliest moment by which `target` working microseconds have passed since the beginning of the tables."""
    index = bisect_left(tables.elapsed, target) - 1
    left = target - tables.elapsed[index]
    day = datetime.combine(date.fromordinal(tables.base + index), time(0), OFFICE_TIME)
    for opens, closes in tables.day_micros[index]:
        if left <= (length := closes - opens):
            return day + (opens + left) * _MICROSECOND
        left -= length
    raise AssertionError("prefix sums and hours disagree")
