"""Who opened a dossier, in the words that its applicant reads: office and function, never a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dossiers.models import Dossier, DossierReading
from dossiers.tracking.openings.purposes import MACHINE_PAGES, purpose_of


@dataclass(frozen=True, slots=True)
class Opening:
    """One reading. Office and function are empty for readings recorded before these were."""

    at: datetime
    office: str
    function: str
    purpose: str


def readings_of(dossier: Dossier, *, by_machines: bool) -> QuerySet[DossierReading]:
    """The dossier's readings, the newest first; by people, or by exports and API clients."""
    rows = DossierReading.objects.filter(dossier=dossier).order_by("-at", "-pk")
    chosen = rows.filter(page__in=MACHINE_PAGES) if by_machines else rows.exclude(page__in=MACHINE_PAGES)
    return chosen.select_related("unit").only("at", "page", "role", "unit__name")


def openings(readings: Iterable[DossierReading]) -> list[Opening]:
    return [
        Opening(one.at, one.unit.name if one.unit else "", str(one.get_role_display()), purpose_of(one.page))
        for one in readings
    ]
