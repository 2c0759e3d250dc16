"""The case that a staff page is about, where its reader may see it."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404

from accounts.models import User
from complaints.explanation.log import named_events
from complaints.models import Case, CaseQuerySet

CALL = ("call__unit", "call__first_unit")


RELATED = ("unit", "receiving_unit", "passed_to", "assignee", "category", "reporter", "entry", *CALL)
"""Rows of which a case has one at most."""


def visible_case(user: User, code: str, rows: CaseQuerySet | None = None) -> Case:
    """With its events and the rows that pages and operations read. 404 where this person may not see it. `rows`: cases
    with more that a page needs."""
    rows_seen = (Case.objects.all() if rows is None else rows).visible_to(user).select_related(*RELATED)
    with_events = rows_seen.with_operation_facts().prefetch_related(Prefetch("events", named_events()))
    found = with_events.filter(code=code).first()
    if found is None:
        raise Http404
    return found
