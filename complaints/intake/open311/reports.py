"""Public data of reports from the street. Reads only; no personal data and no unpublished text.

A report is public once the office has accepted or refused it. Before that it may still prove to be a denunciation;
afterwards its kind never changes, so no report ever disappears.
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
"""Decimals of a degree, some 100 metres: near enough for a pothole, too coarse to identify a house."""

OPENED, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class ReportQuery:
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


def find_reports(query: ReportQuery) -> list[dict[str, Any]]:
    """The latest first; one query."""
    rows = reports().filter(code__in=query.codes) if query.codes else _within(reports(), query)
    last = CaseEvent.objects.filter(case=OuterRef("pk")).order_by("-number").values("at")[:1]
    rows = rows.select_related("unit", "category", "publication").annotate(moved_at=Subquery(last))
    first = (query.page - 1) * query.rows
    return [_report(case, case.moved_at) for case in rows.order_by("-received_at", "-pk")[first : first + query.rows]]


def _within(rows: QuerySet[Case], query: ReportQuery) -> QuerySet[Case]:
    if query.start:
        rows = rows.filter(received_at__gte=query.start)
    if query.end:
        rows = rows.filter(received_at__lte=query.end)
    if query.services:
        rows = rows.filter(category__code__in=query.services)
    if set(query.statuses) == {OPENED}:
        rows = rows.filter(status__in=sorted(OPEN))
    if set(query.statuses) == {CLOSED}:
        rows = rows.exclude(status__in=sorted(OPEN))
    return rows


def _report(case: Case, moved_at: datetime) -> dict[str, Any]:
    publication: Publication | None = getattr(case, "publication", None)
    category = case.category
    assert category is not None
    return {
        "service_request_id": case.code,
        "status": OPENED if case.is_open else CLOSED,
        "status_notes": publication.answer
        if publication
        else str(OUTCOME_LABELS[Outcome(case.outcome)])
        if case.outcome
        else "",
        "service_name": str(category),
        "service_code": category.code,
        "description": (publication.content if publication else "") or str(category),
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
