"""Early, on time or late, and the three named rates. Pure.

The time of finishing decides, not the day of collection; the promised time is the one on the slip. Every rate has its
numerator and denominator: with denominator 0 it is unknown, never 100 %. Beside every rate is its interval
(`confidence_interval`), so that 97 % of thirty dossiers is not read as 97 % of thirty thousand.
`reporting.rollup.counting_sql` counts by these rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from operator import add, attrgetter
from typing import TYPE_CHECKING, TypeVar

from reporting.definitions.confidence_interval import Interval, wilson
from units.texts.wording import HANOI

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Verdict(StrEnum):
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


def verdict(finished_at: datetime, due_at: datetime) -> Verdict:
    """Early: on an earlier day in Hanoi than promised. On time: not after the promised moment. Late: after it.

    Both are aware datetimes of any zone. Raises ValueError for a naive one.
    """
    if finished_at.tzinfo is None or due_at.tzinfo is None:
        raise ValueError("a moment without a time zone has no day in Hanoi")
    if finished_at.astimezone(HANOI).date() < due_at.astimezone(HANOI).date():
        return Verdict.EARLY
    return Verdict.ON_TIME if finished_at <= due_at else Verdict.LATE


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of dossiers or of legs; `denominator` 0 means that there is nothing to take a share of."""

    numerator: int
    denominator: int

    @property
    def exact(self) -> Fraction | None:
        """The share itself, 1 being all; None when the denominator is 0."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def ratio(self) -> Decimal | None:
        """`exact` to 28 digits; `units.texts.wording.percent` writes it, and never rounds up to 100 %."""
        return Decimal(self.numerator) / Decimal(self.denominator) if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """How far chance alone may have moved it (`wilson`); None too where it is no share of a whole, as on time ÷
        received may be."""
        return wilson(self.numerator, self.denominator) if self.numerator <= self.denominator else None

    def points_above(self, other: Rate) -> Decimal | None:
        """How many percentage points higher than `other`, to one decimal; None when either is unknown."""
        if self.ratio is None or other.ratio is None:
            return None
        return ((self.ratio - other.ratio) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def difference(first: Rate, second: Rate) -> Interval | None:
    """The 95 % interval of the first share less the second, from -1 to 1 (R. G. Newcombe, 1998, method 10: of the two
    Wilson intervals); None where either is a share of nothing or no share of a whole."""
    one, other = first.interval, second.interval
    if one is None or other is None or first.ratio is None or second.ratio is None:
        return None
    apart = first.ratio - second.ratio
    down = ((first.ratio - one.low) ** 2 + (other.high - second.ratio) ** 2).sqrt()
    up = ((one.high - first.ratio) ** 2 + (second.ratio - other.low) ** 2).sqrt()
    return Interval(apart - down, apart + up)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of the dossiers of some units in some period: `received` by day of acceptance, answers by day of the
    answer, all else by day of finishing.

    Of legs only `early`, `on_time`, `late` and `over_minutes` are counted. `reappointed` is the part of `late` whose
    applicants got an apology and a new date; a new date makes nothing less late (domain rule 16). `over_minutes`: the
    total lateness in minutes by the clock, nights and holidays included. `answered` and `answered_late`: dossiers
    filed online that were accepted, refused or sent back for more papers within the term of the check at intake, or
    after it.
    """

    received: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    refused: int = 0
    withdrawn: int = 0
    reappointed: int = 0
    over_minutes: int = field(default=0, compare=False)  # an amount beside the counts
    answered: int = 0
    answered_late: int = 0

    def __add__(self, other: Counts) -> Counts:
        return add_counts(self, other)

    @property
    def resolved(self) -> int:
        """Finished with a result; refused and withdrawn dossiers are counted apart."""
        return self.early + self.on_time + self.late

    @property
    def in_time(self) -> int:
        """Not late: early or on time."""
        return self.early + self.on_time

    @property
    def rate(self) -> Rate:
        """On time ÷ resolved: the rate meant where none is named."""
        return Rate(self.in_time, self.resolved)

    def rate_with_overdue(self, overdue: int) -> Rate:
        """On time ÷ (resolved + overdue now): leaving late work unfinished does not help this one."""
        return Rate(self.in_time, self.resolved + overdue)

    @property
    def rate_of_received(self) -> Rate:
        """On time ÷ received in the same period (Decree 61/2018/NĐ-CP, article 30.2c)."""
        return Rate(self.in_time, self.received)

    @property
    def answer_rate(self) -> Rate:
        """Filed online and answered within the term of the check at intake ÷ filed online and answered."""
        return Rate(self.answered, self.answered + self.answered_late)

    @property
    def early_rate(self) -> Rate:
        """Finished on a day before the promised one ÷ resolved."""
        return Rate(self.early, self.resolved)


Summed = TypeVar("Summed", bound="DataclassInstance")


def add_counts(one: Summed, other: Summed) -> Summed:
    """The sum, column by column. Dashboards add hundreds: `dataclasses.astuple`, which copies every value deeply, took
    a fifth of their processor time."""
    columns = _columns(type(one))
    return type(one)(*map(add, columns(one), columns(other)))


@cache
def _columns(kind: type[DataclassInstance]) -> attrgetter[tuple[int, ...]]:
    return attrgetter(*(column.name for column in fields(kind)))


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, start=Counts())
