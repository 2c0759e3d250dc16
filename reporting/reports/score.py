"""Scores and grades of Circular 01/2018/TT-VPCP, articles 13 to 15. Pure; what it weighs is data.

An indicator gives each dossier 0, 1 or 2 points; its score is their sum ÷ the number of dossiers, to one decimal. What
cannot be measured has no score, so a grade is known only where every possible score of the missing ones gives it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Points:
    """How many dossiers (or legs) got two points, one, and none."""

    two: int = 0
    one: int = 0
    none: int = 0

    def __add__(self, other: Points) -> Points:
        return Points(self.two + other.two, self.one + other.one, self.none + other.none)

    @property
    def count(self) -> int:
        return self.two + self.one + self.none

    @property
    def score(self) -> Decimal | None:
        """From 0.0 to 2.0; None for no dossier at all."""
        if not self.count:
            return None
        return (Decimal(2 * self.two + self.one) / self.count).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Indicator:
    """`measure` names what is counted for it, None where the portal has nothing to count; `officers`: theirs too."""

    number: int
    name: str
    how: str
    measure: str | None
    officers: bool


@dataclass(frozen=True, slots=True)
class GradeScale:
    """`steps`: the lowest score of each grade and its name, best first."""

    steps: Sequence[tuple[Decimal, str]]

    def of(self, score: Decimal) -> str:
        return next(name for least, name in self.steps if score >= least)


@dataclass(frozen=True, slots=True)
class Scoring:
    source: str
    most: int
    indicators: Sequence[Indicator]
    units: GradeScale
    officers: GradeScale

    def for_officers(self) -> list[Indicator]:
        return [one for one in self.indicators if one.officers]


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """`scores` by number of the indicator; `reached`: their sum, `reachable`: what the measured ones could give at
    most, `possible`: with all that was not measured at its best."""

    scores: Mapping[int, Decimal | None]
    reached: Decimal
    reachable: Decimal
    possible: Decimal
    grade: str


def scoring() -> Scoring:
    """Indicators and thresholds from `data/score_2018.json`."""
    return _scoring((DATA / "score_2018.json").read_text(encoding="utf-8"))


def score_result(
    points: Mapping[str, Points], indicators: Sequence[Indicator], grades: GradeScale, most: int
) -> ScoreResult:
    """`points` by measure. The grade is one name, or from which to which it may be."""
    scores = {one.number: points.get(one.measure or "", Points()).score for one in indicators}
    known = [score for score in scores.values() if score is not None]
    reached = sum(known, start=Decimal("0.0"))
    possible = reached + most * (len(indicators) - len(known))
    worst, best = grades.of(reached), grades.of(possible)
    grade = worst if worst == best else f"Từ “{worst}” đến “{best}”"
    return ScoreResult(scores, reached, Decimal(most * len(known)), possible, grade)


@lru_cache(maxsize=4)
def _scoring(text: str) -> Scoring:
    data: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return Scoring(
        source=data["source"],
        most=data["most"],
        indicators=[Indicator(**one) for one in data["indicators"]],
        units=_grades(data["unit_grades"]),
        officers=_grades(data["officer_grades"]),
    )


def _grades(data: list[dict[str, Any]]) -> GradeScale:
    return GradeScale([(Decimal(step["from"]), step["name"]) for step in data])
