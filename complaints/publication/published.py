"""What everybody may read of answered cases, and how far the offices keep their dates. Reads only; no person in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q

from complaints.duplicates.asked_before import FEWEST, most_alike
from complaints.models import Case, Publication
from procedures.folding import words

PAGE: Final = 10
YEAR: Final = timedelta(days=365)
PUBLISH_FROM: Final = 5
"""Fewest cases with which an office's share is published, as with dossiers: fewer could point at a person."""

SUGGESTED: Final = 3
COMPARED: Final = 300
"""The latest answered questions that are looked at."""

AS_OF: Final = 600
"""Seconds."""
_KEPT: Final = "complaints:kept"


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Of one office's plain cases that ended within a year: how many, and how many of them in time."""

    unit: str
    total: int
    in_time: int

    @property
    def percent(self) -> float:
        return 100 * self.in_time / self.total


def published(typed: str, number: str) -> Page[Publication]:
    """One page of publications, the latest first; two queries."""
    rows = Publication.objects.saying(typed).select_related("case__unit", "case__category")
    return Paginator(rows, PAGE).get_page(number)


def questions(typed: str, number: str) -> Page[Publication]:
    rows = Publication.objects.questions().saying(typed).each_once().select_related("case__unit")
    return Paginator(rows, PAGE).get_page(number)


def suggested(typed: str) -> Sequence[Publication]:
    """Of the latest answered questions those most like the one that is being typed. Two queries at most."""
    latest = Publication.objects.questions().each_once().order_by("-at", "-pk").values_list("pk", "search")
    rows = list(latest[:COMPARED]) if len(words(typed)) >= FEWEST else []
    alike = most_alike(typed, [said for _key, said in rows], SUGGESTED)
    found = Publication.objects.in_bulk([rows[place][0] for place in alike]) if alike else {}
    return [found[rows[place][0]] for place in alike]


def published_figures(at: datetime) -> list[PublishedFigures]:
    """Offices with enough cases to be named, in the order of the tree, as of ten minutes ago at most: a year of a
    large inbox is not counted for every visitor. One query, or none."""
    found: list[PublishedFigures] | None = cache.get(_KEPT)
    if found is None:
        found = _kept(at)
        cache.set(_KEPT, found, AS_OF)
    return found


def _kept(at: datetime) -> list[PublishedFigures]:
    ended = Case.objects.plain().resolved().filter(finished_at__gt=at - YEAR, finished_at__lte=at)
    rows = (
        ended.values("unit__name")
        .annotate(n=Count("pk"), good=Count("pk", filter=Q(finished_at__lte=F("due_at"))))
        .filter(n__gte=PUBLISH_FROM)
        .order_by("unit__order", "unit__name")
    )
    return [PublishedFigures(row["unit__name"], row["n"], row["good"]) for row in rows]
