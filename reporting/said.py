"""What people said to the units of a page, beside their dossiers: ratings and voices of the inbox, in one query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, QuerySet, Sum, Value

from dossiers.models import Rating
from reporting.cases import CaseCounts
from reporting.models import CaseTally
from reporting.satisfaction import Satisfaction
from reporting.tallies import Period

_VOICES: Final = ("received", "on_time", "late")
_RATED: Final = "rated"


@dataclass(frozen=True, slots=True)
class Said:
    """`ratings`: of each handling unit that was rated; None where the span is not of whole months, for a rating knows
    no day. `voices`: the plain cases of all units together, as far as a page of dossiers tells of them."""

    ratings: dict[int, Satisfaction] | None
    voices: CaseCounts


def read_said(units: Sequence[int], period: Period, *, with_ratings: bool) -> Said:
    """Of `units` in a period. Ratings are told as they are now: without them of a past day."""
    tallies = CaseTally.objects.totals().filter(unit__in=units).between(period.span.first, period.until)
    parts = [_summed(tallies, name) for name in _VOICES]
    rated = with_ratings and period.span.has_whole_months
    if rated:
        ratings = Rating.objects.between(period.span.first, period.span.last).filter(handler__in=units)
        parts.append(_rows(ratings, F("handler_id"), Value(_RATED), F("score"), Count("pk")))
    first, *others = parts
    scores: dict[int, list[int]] = defaultdict(lambda: [0] * len(Rating.Score))
    voices: Counter[str] = Counter()
    for unit, what, score, n in first.union(*others, all=True):
        if what == _RATED:
            scores[unit][score - 1] = n
        else:
            voices[what] += n
    found = {unit: Satisfaction(tuple(counts)) for unit, counts in scores.items()}
    return Said(found if rated else None, CaseCounts(**voices))


def _summed(tallies: QuerySet[Any], name: str) -> QuerySet[Any, tuple[Any, ...]]:
    return _rows(tallies, F("unit_id"), Value(name), Value(0), Sum(name))


def _rows(
    rows: QuerySet[Any, Any], unit: F, what: Value, score: F | Value, n: Count | Sum
) -> QuerySet[Any, tuple[Any, ...]]:
    """Unit, what is counted, which score, how many."""
    named = rows.order_by().annotate(of=unit, what=what, given=score).values("of", "what", "given").annotate(n=n)
    found: QuerySet[Any, tuple[Any, ...]] = named.values_list("of", "what", "given", "n")
    return found
