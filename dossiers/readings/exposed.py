"""Whose dossiers an account, a session or a network address read between two times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from dossiers.models import Dossier, DossierReading


@dataclass(slots=True)
class Exposed:
    """One dossier that was read: when first and last, and on which pages."""

    dossier: Dossier
    first: datetime
    last: datetime
    number: int = 0
    pages: set[str] = field(default_factory=set)


def exposed(readings: QuerySet[DossierReading]) -> list[Exposed]:
    """The dossiers of these readings, in the order in which they were first read; one query."""
    rows = readings.select_related("dossier__version", "dossier__desk__kind", "dossier__desk__parent__parent")
    found: dict[int, Exposed] = {}
    for one in rows.order_by("at", "pk"):
        entry = found.setdefault(one.dossier_id, Exposed(one.dossier, one.at, one.at))
        entry.last, entry.number = one.at, entry.number + 1
        entry.pages.add(one.page)
    return list(found.values())


def readings_between(
    since: datetime,
    until: datetime,
    *,
    account: str = "",
    sessions: Iterable[bytes] = (),
    addresses: Iterable[bytes] = (),
) -> QuerySet[DossierReading]:
    """All that is given must hold; at least one of the three."""
    rows = DossierReading.objects.filter(at__gte=since, at__lt=until)
    if account:
        rows = rows.filter(user__username=account)
    if hashes := list(sessions):
        rows = rows.filter(session_hash__in=hashes)
    if hashes := list(addresses):
        rows = rows.filter(address_hash__in=hashes)
    return rows
