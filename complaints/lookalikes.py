"""Which open cases of a unit say nearly the same, by overlap of shingles. A person decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from complaints.models import Case, CaseText
from complaints.models.people import TextSort
from complaints.shingles import overlap, shingles

ENOUGH: Final = 0.3
"""Share of the shorter text's shingles that the other one has too."""

COMPARED: Final = 400
"""The latest open cases of the unit that are looked at."""

SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class LookAlike:
    """`overlap` from 0 to 1."""

    case: Case
    text: str
    overlap: float

    @property
    def percent(self) -> int:
        return int(100 * self.overlap)


def look_alikes(case: Case, content: str) -> list[LookAlike]:
    """Plain open cases of the same unit, not linked yet, the likest first; one query, none for a sealed case."""
    mine = shingles(content)
    if case.is_sealed or not case.is_open or len(mine) < 2:
        return []
    rows = (
        CaseText.objects.filter(
            sort=TextSort.CONTENT, case__in=Case.objects.plain().open().filter(unit=case.unit_id).exclude(pk=case.pk)
        )
        .exclude(case__linked_from__case=case)
        .select_related("case")
        .order_by("-case__received_at", "-pk")[:COMPARED]
    )
    found = [LookAlike(row.case, row.text[:160], overlap(mine, shingles(row.text))) for row in rows]
    alike = [one for one in found if one.overlap >= ENOUGH]
    return sorted(alike, key=lambda one: -one.overlap)[:SHOWN]
