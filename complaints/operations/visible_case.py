"""The case that a staff page is about, where its reader may see it."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404

from accounts.models import User
from complaints.explanation.log import named_events
from complaints.models import Case, CaseQuerySet

CALL = ("call__unit", "call__first_unit")


BESIDE = ("unit", "receiving_unit", "passed_to", "assignee", "category", "reporter", "entry", *CALL)
"""Rows of which a case has one at most."""


def visible_case(user: User, code: str, rows: CaseQuerySet | None = None) -> Case:
    """With its events, out of which its page and every act are told, and who speaks where that is no secret. 404 as
    for what does not exist. `rows`: with more that a page needs."""
    seen = (Case.objects.all() if rows is None else rows).visible_to(user).select_related(*BESIDE)
    with_events = seen.with_what_is_there().prefetch_related(Prefetch("events", named_events()))
    found = with_events.filter(code=code).first()
    if found is None:
        raise Http404
    return found
