"""Published cases and questions, and on-time rates of offices. Reads only; no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q

from complaints.duplicates.asked_before import MIN_WORDS, most_alike
from complaints.models import Case, Publication
from units.texts.folding import words

PAGE: Final = 10
YEAR: Final = timedelta(days=365)
PUBLISH_FROM: Final = 5
"""Fewest cases for which an office's share is published, as with dossiers: fewer could identify a person."""

SUGGESTED: Final = 3
COMPARED: Final = 300
"""The latest answered questions that are looked at."""

CACHE_SECONDS: Final = 600
"""Seconds."""
_CACHE_KEY: Final = "complaints:kept"


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Of one office's plain cases that ended within a year: how many, and how many of them in time."""

    unit: str
    total: int
    in_time: int

    @property
    def percent(self) -> float:
        return 100 * self.in_time / self.total


def search_publications(typed: str, number: str) -> Page[Publication]:
    """One page of publications, the latest first; two queries."""
    rows = Publication.objects.matching(typed).select_related("case__unit", "case__category")
    return Paginator(rows, PAGE).get_page(number)


def search_questions(typed: str, number: str) -> Page[Publication]:
    rows = Publication.objects.questions().matching(typed).each_once().select_related("case__unit")
    return Paginator(rows, PAGE).get_page(number)


def suggest_answers(typed: str) -> Sequence[Publication]:
    """Of the latest answered questions the ones most similar to what is typed. Two queries at most."""
    latest = Publication.objects.questions().each_once().order_by("-at", "-pk").values_list("pk", "search")
    rows = list(latest[:COMPARED]) if len(words(typed)) >= MIN_WORDS else []
    alike = most_alike(typed, [text for _key, text in rows], SUGGESTED)
    found = Publication.objects.in_bulk([rows[place][0] for place in alike]) if alike else {}
    return [found[rows[place][0]] for place in alike]


def published_figures(at: datetime) -> list[PublishedFigures]:
    """Offices with enough cases, in the order of the tree; cached for ten minutes, since counting a year of a large
    inbox is slow. One query, or none."""
    found: list[PublishedFigures] | None = cache.get(_CACHE_KEY)
    if found is None:
        found = _count_figures(at)
        cache.set(_CACHE_KEY, found, CACHE_SECONDS)
    return found


def _count_figures(at: datetime) -> list[PublishedFigures]:
    ended = Case.objects.plain().resolved().filter(finished_at__gt=at - YEAR, finished_at__lte=at)
    rows = (
        ended.values("unit__name")
        .annotate(n=Count("pk"), good=Count("pk", filter=Q(finished_at__lte=F("due_at"))))
        .filter(n__gte=PUBLISH_FROM)
        .order_by("unit__order", "unit__name")
    )
    return [PublishedFigures(row["unit__name"], row["n"], row["good"]) for row in rows]
