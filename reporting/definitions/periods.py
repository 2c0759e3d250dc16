"""Local months and other spans of days, the periods of every figure. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from units.texts import wording

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Asia/Ho_Chi_Minh; written "2026-11" in addresses."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def of(cls, moment: date | datetime) -> Month:
        """The month in Hanoi of a day or of an aware datetime."""
        day = wording.day_of(moment)
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """From "2026-11". Raises ValueError for anything else."""
        return cls.of(date.fromisoformat(f"{text}-01"))

    def plus(self, months: int) -> Month:
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.plus(1).first - _ONE_DAY

    @property
    def start(self) -> datetime:
        """First instant of the month in Hanoi."""
        return datetime.combine(self.first, time.min, tzinfo=wording.HANOI)

    @property
    def end(self) -> datetime:
        """First instant of the next month in Hanoi."""
        return self.plus(1).start

    def written(self, language: str) -> str:
        """As "tháng 11/2026" (vi), "November 2026" (en)."""
        if wording.is_english(language):
            return f"{wording.MONTHS_EN[self.number - 1]} {self.year}"
        return f"tháng {self.number}/{self.year}"

    def tick(self, *, with_year: bool) -> str:
        """For an axis: "11/26", or "11" where the year is plain."""
        return f"{self.number:02d}/{self.year % 100:02d}" if with_year else f"{self.number:02d}"


def months_until(last: Month, count: int) -> list[Month]:
    """`count` months in order, ending with `last`."""
    return [last.plus(-back) for back in range(count - 1, -1, -1)]


def whole_months(first: date, last: date) -> tuple[Month, Month]:
    """The first and the last month that is whole within the local days from `first` to `last`; where none is, the
    first one is after the last."""
    begun, ended = Month.of(first), Month.of(last)
    return begun if begun.first == first else begun.plus(1), ended if ended.last == last else ended.plus(-1)


def days_beside_months(first: date, last: date) -> list[tuple[date, date]]:
    """The local days from `first` to `last` that belong to none of the months which are within them whole: at most two
    stretches, both ends included."""
    begun, ended = whole_months(first, last)
    parts = [(first, min(begun.first - _ONE_DAY, last)), (max(ended.last + _ONE_DAY, first), last)]
    return [(since, until) for since, until in dict.fromkeys(parts) if since <= until]


def weeks_until(day: date, count: int) -> list[date]:
    """The Mondays of the `count` weeks that end with the week of `day`."""
    monday = day - timedelta(days=day.weekday())
    return [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


QUARTERS: Final = ("I", "II", "III", "IV")
_CODE = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})|(?P<range>\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2})|(?P<week>\d{4}-W\d{2})"
    r"|(?P<quarter>\d{4}-Q[1-4])|(?P<half>\d{4}-H[12])|(?P<month>\d{4}-\d{2})|(?P<year>\d{4})"
)


class PeriodLength(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` to `last`, both included, as somebody asks for them: a day, a week from Monday, a month,
    a quarter, half a year, a year, or from one day to another. Raises ValueError when it ends before it begins."""

    length: PeriodLength
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("it ends before it begins")

    @classmethod
    def of(cls, length: PeriodLength, day: date) -> Span:
        """The day, week, month, quarter, half or whole year that holds a day."""
        match length:
            case PeriodLength.WEEK:
                monday = day - timedelta(days=day.weekday())
                return cls(length, monday, monday + timedelta(days=6))
            case PeriodLength.MONTH | PeriodLength.QUARTER | PeriodLength.HALF | PeriodLength.YEAR:
                months = MONTHS_IN[length]
                first = Month(day.year, (day.month - 1) // months * months + 1)
                return cls(length, first.first, first.plus(months - 1).last)
            case _:
                return cls(PeriodLength.DAY, day, day)

    @classmethod
    def of_month(cls, month: Month) -> Span:
        return cls.of(PeriodLength.MONTH, month.first)

    @classmethod
    def between(cls, first: date, last: date) -> Span:
        return cls(PeriodLength.RANGE, first, last)

    @classmethod
    def named(cls, first: date, last: date) -> Span:
        """These days by the shortest name they have, from month to year; by both days where they have none."""
        several = (cls.of(length, first) for length in MONTHS_IN)
        return next((span for span in several if (span.first, span.last) == (first, last)), cls.between(first, last))

    @classmethod
    def parse(cls, code: str) -> Span:
        """From what `str` gives: "2026-03-31", "2026-W13", "2026-03", "2026-Q1", "2026-H1", "2026",
        "2026-03-01_2026-03-15".

        Raises ValueError for anything else.
        """
        found = _CODE.fullmatch(code)
        if found is None:
            raise ValueError(f"no span: {code!r}")
        match found.lastgroup:
            case "day":
                return cls.of(PeriodLength.DAY, date.fromisoformat(code))
            case "week":
                return cls.of(PeriodLength.WEEK, date.fromisoformat(f"{code}-1"))
            case "range":
                first, last = map(date.fromisoformat, code.split("_"))
                return cls.between(first, last)
            case "quarter":
                return cls.of(PeriodLength.QUARTER, date(int(code[:4]), 3 * int(code[-1]), 1))
            case "half":
                return cls.of(PeriodLength.HALF, date(int(code[:4]), 6 * int(code[-1]), 1))
            case "month":
                return cls.of_month(Month.parse(code))
            case _:
                return cls.of(PeriodLength.YEAR, date(int(code), 1, 1))

    def __str__(self) -> str:
        """The code in addresses."""
        year = f"{self.first.year:04d}"
        match self.length:
            case PeriodLength.DAY:
                return self.first.isoformat()
            case PeriodLength.WEEK:
                return "{:04d}-W{:02d}".format(*self.first.isocalendar()[:2])
            case PeriodLength.MONTH:
                return str(Month.of(self.first))
            case PeriodLength.QUARTER:
                return f"{year}-Q{(self.first.month + 2) // 3}"
            case PeriodLength.HALF:
                return f"{year}-H{(self.first.month + 5) // 6}"
            case PeriodLength.YEAR:
                return year
            case _:
                return f"{self.first.isoformat()}_{self.last.isoformat()}"

    @property
    def start(self) -> datetime:
        """Its first instant in Hanoi."""
        return datetime.combine(self.first, time.min, tzinfo=wording.HANOI)

    @property
    def end(self) -> datetime:
        """The first instant after it in Hanoi."""
        return datetime.combine(self.last + _ONE_DAY, time.min, tzinfo=wording.HANOI)

    def before(self) -> Span:
        """What it is compared with: the one of its sort before it; of a range, as many days just before."""
        day_before = self.first - _ONE_DAY
        if self.length is PeriodLength.RANGE:
            return Span.between(day_before - (self.last - self.first), day_before)
        return Span.of(self.length, day_before)

    def until(self, day: date) -> Span:
        """The part up to a day; a span that begins later is left whole, since it holds nothing yet."""
        return replace(self, length=PeriodLength.RANGE, last=day) if self.first <= day < self.last else self

    @property
    def has_whole_months(self) -> bool:
        return self.first == Month.of(self.first).first and self.last == Month.of(self.last).last

    def is_over(self, at: datetime) -> bool:
        """Whether its last day has passed in Hanoi."""
        return self.last < wording.day_of(at)

    def written(self, language: str) -> str:
        """As "ngày 31/03/2026", "tuần 13/2026 (23/03–29/03)", "tháng 3/2026", "quý I/2026", "6 tháng đầu năm 2026",
        "năm 2026", or from day to day; in English likewise."""
        english, year = wording.is_english(language), self.first.year
        match self.length:
            case PeriodLength.DAY:
                written = wording.short_date(self.first, language)
                return written if english else f"ngày {written}"
            case PeriodLength.WEEK:
                number, days = self.first.isocalendar().week, self._days(language)
                iso_year = self.first.isocalendar().year
                return f"week {number}, {iso_year} ({days})" if english else f"tuần {number}/{iso_year} ({days})"
            case PeriodLength.MONTH:
                return Month.of(self.first).written(language)
            case PeriodLength.QUARTER:
                number = (self.first.month + 2) // 3
                return f"Q{number} {year}" if english else f"quý {QUARTERS[number - 1]}/{year}"
            case PeriodLength.HALF:
                return f"H{(self.first.month + 5) // 6} {year}" if english else f"{self._half} năm {year}"
            case PeriodLength.YEAR:
                return str(year) if english else f"năm {year}"
            case _:
                first, last = (wording.short_date(day, language) for day in (self.first, self.last))
                return f"{first} to {last}" if english else f"từ {first} đến {last}"

    @property
    def official(self) -> str:
        """As official reports print it, in Vietnamese alone: "Tháng 11 năm 2026", "Quý III năm 2026", "6 tháng đầu năm
        2026", "Năm 2026", or from day to day."""
        year = self.first.year
        match self.length:
            case PeriodLength.MONTH:
                return f"Tháng {self.first.month} năm {year}"
            case PeriodLength.QUARTER:
                return f"Quý {QUARTERS[self.first.month // 3]} năm {year}"
            case PeriodLength.HALF:
                return f"{self._half} năm {year}"
            case PeriodLength.YEAR:
                return f"Năm {year}"
            case _:
                first, last = (wording.short_date(day, "vi") for day in (self.first, self.last))
                return f"Từ ngày {first} đến ngày {last}"

    @property
    def _half(self) -> str:
        return "6 tháng đầu" if self.first.month == 1 else "6 tháng cuối"

    def _days(self, language: str) -> str:
        return "–".join(wording.day_and_month(day, language) for day in (self.first, self.last))


MONTHS_IN: Final = {PeriodLength.MONTH: 1, PeriodLength.QUARTER: 3, PeriodLength.HALF: 6, PeriodLength.YEAR: 12}


def offered_periods(at: datetime, *lengths: PeriodLength, years: int, weeks: int = 0) -> list[Span]:
    """What a list of periods offers at that moment: the weeks of late, then those of `lengths`, each the newest first;
    all of the latter that began within `years` years."""
    today = wording.day_of(at)
    found = [Span.of(PeriodLength.WEEK, today - timedelta(weeks=back)) for back in range(weeks)]
    for length in lengths:
        span = Span.of(length, today)
        while span.first.year > today.year - years:
            found.append(span)
            span = span.before()
    return found
