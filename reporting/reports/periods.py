"""The periods of official reports: months, quarters, half years, years, or from one day to another. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from reporting.periods import Month
from units import wording

QUARTERS: Final = ("I", "II", "III", "IV")
LENGTHS: Final = {"": 12, "H": 6, "Q": 3}
"""Months of a year, a half and a quarter, by the letter in the code."""

_PART = re.compile(r"(?P<year>\d{4})(?:-(?P<sort>[QH])(?P<number>[1-4]))?")
_MONTH = re.compile(r"\d{4}-\d{2}")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class ReportPeriod:
    """Local days from `first` to `last`, both included; in addresses "2026-11", "2026-Q3", "2026-H1", "2026" or
    "2026-01-05_2026-02-03". Raises ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @classmethod
    def parse(cls, code: str) -> ReportPeriod:
        """Raises ValueError for anything that is no period."""
        if _MONTH.fullmatch(code):
            return cls.of_months(Month.parse(code), 1)
        if days := _DAYS.fullmatch(code):
            return cls(date.fromisoformat(days[1]), date.fromisoformat(days[2]))
        part = _PART.fullmatch(code)
        if part is None:
            raise ValueError(code)
        months = LENGTHS[part["sort"] or ""]
        number = int(part["number"] or 1)
        if number * months > 12:
            raise ValueError(code)
        return cls.of_months(Month(int(part["year"]), (number - 1) * months + 1), months)

    @classmethod
    def of_months(cls, first: Month, count: int) -> ReportPeriod:
        return cls(first.first, first.plus(count - 1).last)

    @property
    def months(self) -> int | None:
        """How many whole months it is; None when it begins or ends within one."""
        first, last = Month.of(self.first), Month.of(self.last)
        if (self.first, self.last) != (first.first, last.last):
            return None
        return (last.year - first.year) * 12 + last.number - first.number + 1

    def __str__(self) -> str:
        """The code in addresses: the shortest that names these days."""
        year, months = self.first.year, self.months
        sort = next((sort for sort, length in LENGTHS.items() if length == months), None)
        if months == 1:
            return str(Month.of(self.first))
        if months is None or sort is None or (self.first.month - 1) % months:
            return f"{self.first.isoformat()}_{self.last.isoformat()}"
        return f"{year:04d}-{sort}{(self.first.month - 1) // months + 1}" if sort else f"{year:04d}"

    @property
    def words(self) -> str:
        """As printed: "Tháng 11 năm 2026", "Quý III năm 2026", "6 tháng đầu năm 2026", "Năm 2026", or day to day."""
        year, code = self.first.year, str(self)
        if "Q" in code:
            return f"Quý {QUARTERS[(self.first.month - 1) // 3]} năm {year}"
        if "H" in code:
            return f"6 tháng {'đầu' if self.first.month == 1 else 'cuối'} năm {year}"
        if "_" in code:
            first, last = (wording.short_date(day, "vi") for day in (self.first, self.last))
            return f"Từ ngày {first} đến ngày {last}"
        return f"Tháng {self.first.month} năm {year}" if "-" in code else f"Năm {year}"

    def has_begun(self, at: datetime) -> bool:
        return self.first <= wording.day_of(at)

    def is_over(self, at: datetime) -> bool:
        """Whether its last day has passed in Hanoi."""
        return self.last < wording.day_of(at)


def offered(at: datetime, *, years: int) -> list[tuple[str, list[ReportPeriod]]]:
    """What a list of periods offers at that moment, by sort, the newest first: all that began within `years` years."""
    today = wording.day_of(at)
    since = date(today.year - years + 1, 1, 1)
    sorts = (("month", 1), ("quarter", 3), ("half", 6), ("year", 12))
    return [(sort, _begun(months, since, today)) for sort, months in sorts]


def week_before(at: datetime) -> ReportPeriod:
    """The last whole week, Monday to Sunday, before the week of that moment."""
    today = wording.day_of(at)
    monday = today - timedelta(days=today.weekday() + 7)
    return ReportPeriod(monday, monday + timedelta(days=6))


def month_before(at: datetime) -> ReportPeriod:
    return ReportPeriod.of_months(Month.of(at).plus(-1), 1)


def _begun(months: int, since: date, today: date) -> list[ReportPeriod]:
    found, month = [], Month.of(since)
    while month.first <= today:
        found.append(ReportPeriod.of_months(month, months))
        month = month.plus(months)
    return found[::-1]
