"""Local months, the periods of every figure. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from units import wording


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
        return self.plus(1).first - timedelta(days=1)

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


def weeks_until(day: date, count: int) -> list[date]:
    """The Mondays of the `count` weeks that end with the week of `day`."""
    monday = day - timedelta(days=day.weekday())
    return [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
