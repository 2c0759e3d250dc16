"""Feedback on the units of a page, shown beside their dossiers: ratings, and cases of the inbox. One query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, QuerySet, Sum, Value

from dossiers.models import Rating
from reporting.models import CaseTally
from reporting.rollup.cases import CaseCounts
from reporting.rollup.reading import Period
from reporting.rollup.satisfaction import Satisfaction

_CASE_COLUMNS: Final = ("received", "on_time", "late")


@dataclass(frozen=True, slots=True)
class Feedback:
    """`ratings`: of each handling unit that was rated; None where the span is not of whole months, for a rating knows
    no day. `cases`: the plain cases of all units together, as far as a page of dossiers shows them."""

    ratings: dict[int, Satisfaction] | None
    cases: CaseCounts


def read_feedback(units: Sequence[int], period: Period, *, with_ratings: bool) -> Feedback:
    """Of `units` in a period. Ratings are as they are now; none for a past day."""
    tallies = CaseTally.objects.totals().filter(unit__in=units).between(period.span.first, period.until)
    parts = [_rows(tallies, Value(0), Value(0), *(Sum(name, default=0) for name in _CASE_COLUMNS))]
    rated = with_ratings and period.span.has_whole_months
    if rated:
        ratings = Rating.objects.between(period.span.first, period.span.last).filter(handler__in=units)
        parts.append(_rows(ratings, F("handler_id"), F("score"), Count("pk"), Value(0), Value(0)))
    first, *others = parts
    scores: dict[int, list[int]] = defaultdict(lambda: [0] * len(Rating.Score))
    cases = CaseCounts()
    for unit, score, *counts in first.union(*others, all=True):
        if score:
            scores[unit][score - 1] = counts[0]
        else:
            cases = CaseCounts(**dict(zip(_CASE_COLUMNS, counts, strict=True)))
    found = {unit: Satisfaction(tuple(counts)) for unit, counts in scores.items()}
    return Feedback(found if rated else None, cases)


def _rows(
    rows: QuerySet[Any, Any], unit: F | Value, score: F | Value, *counts: Count | Sum | Value
) -> QuerySet[Any, tuple[Any, ...]]:
    """Unit, score, and three counts; of all units together, and of no score, where these are 0."""
    named = {f"n{place}": count for place, count in enumerate(counts)}
    grouped = rows.order_by().annotate(of=unit, given=score).values("of", "given").annotate(**named)
    found: QuerySet[Any, tuple[Any, ...]] = grouped.values_list("of", "given", *named)
    return found
