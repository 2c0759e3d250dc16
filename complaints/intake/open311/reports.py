"""What everybody may read of reports from the street. Reads only; no person, and no word that was not published.

A report is there from the moment the office has decided whether it takes it on. Before that it may still turn out to
be something that is nobody's business; after it, its kind never changes, so that none ever disappears.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from complaints.clock.states import OPEN, Kind, Outcome
from complaints.models import OUTCOME_LABELS, Case, CaseEvent, Category, Publication
from units.clock.working_calendar import OFFICE_TIME

MOST_ROWS: Final = 1000
PAGE_ROWS: Final = 50
PLACES: Final = 3
"""Decimals of a degree, some 100 metres: near enough for a pothole, too far for the door of who complains of noise."""

OPENED, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`codes`: of these reports, whatever else is asked; else those received from `start` to `end`."""

    codes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    page: int = 1
    rows: int = PAGE_ROWS


def services() -> list[Category]:
    """The categories of reports from the street; one query."""
    return list(Category.objects.filter(kind=Kind.FIELD_REPORT.value, is_public=True))


def reports() -> QuerySet[Case]:
    shown = Case.objects.plain().filter(kind=Kind.FIELD_REPORT.value, checked_at__isnull=False)
    return shown.filter(category__kind=Kind.FIELD_REPORT.value, category__is_public=True)


def found(wanted: Wanted) -> list[dict[str, Any]]:
    """The latest first; one query."""
    rows = reports().filter(code__in=wanted.codes) if wanted.codes else _within(reports(), wanted)
    last = CaseEvent.objects.filter(case=OuterRef("pk")).order_by("-number").values("at")[:1]
    rows = rows.select_related("unit", "category", "publication").annotate(moved_at=Subquery(last))
    first = (wanted.page - 1) * wanted.rows
    return [_told(case, case.moved_at) for case in rows.order_by("-received_at", "-pk")[first : first + wanted.rows]]


def _within(rows: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    if wanted.start:
        rows = rows.filter(received_at__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(received_at__lte=wanted.end)
    if wanted.services:
        rows = rows.filter(category__code__in=wanted.services)
    if set(wanted.statuses) == {OPENED}:
        rows = rows.filter(status__in=sorted(OPEN))
    if set(wanted.statuses) == {CLOSED}:
        rows = rows.exclude(status__in=sorted(OPEN))
    return rows


def _told(case: Case, moved_at: datetime) -> dict[str, Any]:
    said: Publication | None = getattr(case, "publication", None)
    category = case.category
    assert category is not None
    return {
        "service_request_id": case.code,
        "status": OPENED if case.is_open else CLOSED,
        "status_notes": said.answer if said else str(OUTCOME_LABELS[Outcome(case.outcome)]) if case.outcome else "",
        "service_name": str(category),
        "service_code": category.code,
        "description": (said.content if said else "") or str(category),
        "agency_responsible": case.unit.name,
        "service_notice": "",
        "requested_datetime": w3c(case.received_at),
        "updated_datetime": w3c(moved_at),
        "expected_datetime": w3c(case.due_at),
        "address": "",
        "address_id": "",
        "zipcode": "",
        "lat": _near(case.latitude),
        "long": _near(case.longitude),
        "media_url": "",
    }


def w3c(moment: datetime) -> str:
    """With the offset of Hanoi, to the second."""
    return moment.astimezone(OFFICE_TIME).isoformat(timespec="seconds")


def _near(degrees: Any) -> float | None:
    return None if degrees is None else round(float(degrees), PLACES)
