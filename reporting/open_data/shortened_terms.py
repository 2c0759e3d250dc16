"""Procedures with a committed term shorter than the statutory one, by level of government."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from procedures.models import Offering
from procedures.terms import WORKING_HOURS_A_DAY, make_term, process_hours


class _Promise(NamedTuple):
    """The law's term of one procedure and the shortest an office promises, in working hours."""

    statutory: int
    committed: int


@dataclass(frozen=True, slots=True)
class ShortenedTerms:
    """The procedures of one level on offer that have a term: how many, and those promised faster than the law.

    A procedure counts once, by the shortest promise of any office. The hours are working hours of the shortened ones
    together; within the day counts as eight, and N calendar days as floor(N × 5 / 7) working days.
    """

    level: str
    level_en: str
    procedures: int
    shortened: int
    statutory_hours: int
    committed_hours: int

    @property
    def statutory(self) -> Decimal:
        """What the law allows a shortened one on average, in working days; 0 when there is none."""
        return self._mean_days(self.statutory_hours)

    @property
    def committed(self) -> Decimal:
        """What is promised instead, likewise."""
        return self._mean_days(self.committed_hours)

    def _mean_days(self, hours: int) -> Decimal:
        return Decimal(hours) / (self.shortened * WORKING_HOURS_A_DAY) if self.shortened else Decimal(0)

    def name(self, language: str) -> str:
        return self.level_en if language.startswith("en") else self.level


def shortened_terms(on: date) -> list[ShortenedTerms]:
    """Of what is on offer on that day, by level in their order. One query."""
    level = [f"procedure__level__{name}" for name in ("order", "name", "name_en")]
    columns = [
        "committed_amount",
        "committed_unit",
        *(f"procedure__versions__term_{part}" for part in ("amount", "unit")),
    ]
    offered = Offering.objects.in_force(on).filter(procedure__versions__valid__contains=on).distinct().order_by()
    found: dict[tuple[int, str, str], dict[int, _Promise]] = {}
    for order, name, name_en, procedure, *terms in offered.values_list(*level, "procedure", *columns):
        promise = _promise(*terms)
        if promise is not None:
            promises = found.setdefault((order, name, name_en), {})
            promises[procedure] = min(promise, promises.get(procedure, promise), key=lambda one: one.committed)
    return [_summed(name, name_en, promises.values()) for (_order, name, name_en), promises in sorted(found.items())]


def _promise(amount: int | None, unit: str, law_amount: int | None, law_unit: str) -> _Promise | None:
    """None where the law states its term in words only."""
    law, own = make_term(law_amount, law_unit, None), make_term(amount, unit, None)
    if law is None:
        return None
    hours = process_hours(law)
    return _Promise(hours, hours if own is None else process_hours(own))


def _summed(name: str, name_en: str, promises: Iterable[_Promise]) -> ShortenedTerms:
    every = list(promises)
    shorter = [one for one in every if one.committed < one.statutory]
    return ShortenedTerms(
        level=name,
        level_en=name_en,
        procedures=len(every),
        shortened=len(shorter),
        statutory_hours=sum(one.statutory for one in shorter),
        committed_hours=sum(one.committed for one in shorter),
    )
