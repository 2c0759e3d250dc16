"""The cases on the page of a change of the calendar: see `dossiers.changes.calendar.contributors`. Reads only."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator

from accounts.models import User
from complaints.changes.calendar.recalculation import candidates
from complaints.models import Case, CaseMove, CaseRun
from dossiers.changes.calendar.contributors import CalendarContributor
from dossiers.models import CalendarRun

PAGE: Final = 50


def is_recalculated(run: CalendarRun) -> bool:
    """Also where no plain case can move: waiting for sealed cases would reveal them."""
    is_done = CaseRun.objects.filter(run=run, finished_at__isnull=False).exists()
    return is_done or not candidates(run).plain().exists()


def shown(run: CalendarRun, user: User, number: str | None) -> dict[str, Any]:
    """How many plain cases a run moves; and for the cases that this person may see, the dates before and after. Three
    queries at most."""
    row = CaseRun.objects.filter(run=run).first()
    if row is None or not row.moves_kept:
        return {"row": row, "page": None}
    seen = Case.objects.visible_to(user).plain()
    moves = CaseMove.objects.filter(run=row, case__in=seen).select_related("case__unit")
    return {"row": row, "page": Paginator(moves, PAGE).get_page(number)}


CASES: Final = CalendarContributor("complaints/changes/calendar/_cases.html", is_recalculated, shown)
