"""How satisfied citizens were, by their ratings. Satisfied means the two best of five faces.

A share is published with its number, and only from `PUBLISH_FROM` ratings: fewer could point at a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Func, Q, QuerySet

from dossiers.models import Rating
from reporting.definitions.on_time import Rate
from reporting.definitions.periods import Month
from reporting.definitions.targets import PUBLISH_FROM

Score = Rating.Score
SATISFIED = frozenset({Score.GOOD, Score.VERY_GOOD})


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How many chose each face, worst first."""

    scores: tuple[int, ...] = (0,) * len(Score)

    def __add__(self, other: Satisfaction) -> Satisfaction:
        return Satisfaction(tuple(mine + theirs for mine, theirs in zip(self.scores, other.scores, strict=True)))

    @property
    def count(self) -> int:
        return sum(self.scores)

    @property
    def rate(self) -> Rate:
        """Satisfied or very satisfied ÷ all who rated."""
        return Rate(sum(self.scores[score - 1] for score in SATISFIED), self.count)

    @property
    def may_be_published(self) -> bool:
        return self.count >= PUBLISH_FROM

    @property
    def faces(self) -> list[tuple[Score, int]]:
        """Best first, as a table prints them."""
        return [(score, self.scores[score - 1]) for score in sorted(Score, reverse=True)]


def total_satisfaction(answers: Iterable[Satisfaction]) -> Satisfaction:
    return sum(answers, start=Satisfaction())


def by_handler(first: Month, last: Month) -> dict[int, Satisfaction]:
    """Of every unit that handled rated dossiers, by its id. One query."""
    return _counted("handler_id", first.first, last.last)


def by_desk(first: Month, last: Month) -> dict[int, Satisfaction]:
    """Of every desk that handed out their results, by its id. One query."""
    return _counted("desk_id", first.first, last.last)


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """A reason for dissatisfaction and how many people named it."""

    reason: str
    count: int


def named_reasons(units: Sequence[int], first: Month, last: Month) -> list[ReasonCount]:
    """What those who were not satisfied named, most often first. One query."""
    unhappy = Rating.objects.between(first.first, last.last).filter(handler__in=units).exclude(score__in=SATISFIED)
    rows = unhappy.annotate(reason=Func("reasons", function="unnest")).values_list("reason")
    counted = rows.annotate(n=Count("pk")).order_by("-n", "reason")
    return [ReasonCount(str(Rating.Reason(reason).label), n) for reason, n in counted]


def comments(units: Sequence[int], first: Month, last: Month) -> QuerySet[Rating]:
    """Free-text comments, newest month first, about units with enough ratings in that month to stay anonymous.

    Runs one query for those months and units; the comments themselves are a lazy queryset.
    """
    rated = Rating.objects.between(first.first, last.last).filter(handler__in=units)
    enough = rated.values("month", "handler").annotate(n=Count("pk")).filter(n__gte=PUBLISH_FROM)
    shown: dict[date, list[int]] = defaultdict(list)
    for row in enough.order_by():
        shown[row["month"]].append(row["handler"])
    may_be_shown = reduce(or_, (Q(month=month, handler__in=ids) for month, ids in shown.items()), Q(pk__in=[]))
    return rated.filter(may_be_shown).exclude(words="").select_related("handler").order_by("-month", "pk")


def _counted(unit: str, first: date, last: date) -> dict[int, Satisfaction]:
    found: dict[int, list[int]] = defaultdict(lambda: [0] * len(Score))
    rows = Rating.objects.between(first, last).values_list(unit, "score").annotate(n=Count("pk"))
    for key, score, n in rows.order_by():
        found[key][score - 1] = n
    return {key: Satisfaction(tuple(scores)) for key, scores in found.items()}
