"""Which open cases of a unit have nearly the same text, by overlap of shingles. A person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Choice
from django.db.models import Exists, OuterRef, When
from django.db.models.functions import JSONObject

from complaints.clock.states import OPEN
from complaints.duplicates.shingles import overlap, shingles
from complaints.models import Case, CaseLink, CaseQuerySet, CaseText
from complaints.models.people import TextSort

MIN_OVERLAP: Final = 0.3
"""Share of the shorter text's shingles that the other one has too."""

COMPARED: Final = 400
"""The latest open cases of the unit that are looked at."""

SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class LookAlike:
    """`overlap` from 0 to 1."""

    code: str
    received_at: datetime
    text: str
    overlap: float

    @property
    def percent(self) -> int:
        return int(100 * self.overlap)


def with_neighbours(rows: CaseQuerySet) -> CaseQuerySet:
    """Each plain open one with `neighbours`: code, received_at and text of the latest plain open cases of the same
    unit that are not linked yet. None for every other case."""
    linked = CaseLink.objects.filter(case=OuterRef(OuterRef("pk")), other=OuterRef("case"))
    there = Case.objects.plain().open().filter(unit=OuterRef(OuterRef("unit"))).exclude(pk=OuterRef(OuterRef("pk")))
    others = CaseText.objects.filter(~Exists(linked), sort=TextSort.CONTENT, case__in=there)
    texts = others.order_by("-case__received_at", "-pk").values(
        row=JSONObject(code="case__code", received_at="case__received_at", text="text")
    )
    is_compared = When(is_sealed=False, status__in=sorted(OPEN), then=ArraySubquery(texts[:COMPARED]))
    return rows.annotate(neighbours=Choice(is_compared))


def look_alikes(case: Case, content: str) -> list[LookAlike]:
    """The likest first. No query for a case found `with_neighbours`."""
    mine = shingles(content)
    if len(mine) < 2:
        return []
    alike = [one for one in (_compared(row, mine) for row in _neighbours(case)) if one.overlap >= MIN_OVERLAP]
    return sorted(alike, key=lambda one: -one.overlap)[:SHOWN]


def _neighbours(case: Case) -> list[dict[str, Any]]:
    found = case if "neighbours" in vars(case) else with_neighbours(Case.objects.filter(pk=case.pk)).get()
    return vars(found)["neighbours"] or []


def _compared(row: dict[str, Any], mine: frozenset[tuple[str, ...]]) -> LookAlike:
    received_at = datetime.fromisoformat(row["received_at"])
    return LookAlike(row["code"], received_at, row["text"][:160], overlap(mine, shingles(row["text"])))
