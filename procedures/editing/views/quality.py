"""The doubtful entries of the catalogue by responsible unit; every line links to its procedure."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.staff.pages import Role, staff_only
from procedures.editing.views.procedures import check_editor
from procedures.versions.publication_duty import last_overdue
from procedures.versions.quality import Kind, by_owner, doubtful
from units.calendar.lookup import working_calendar

PAGE: Final = 50


@staff_only(Role.EDITOR)
@require_GET
def quality(request: HttpRequest, user: User) -> HttpResponse:
    """Filtered by `loai` (a kind of doubt) and `don-vi` (an owner); unknown values are ignored."""
    check_editor(user)
    today = timezone.localdate()
    lines = doubtful(today, last_overdue(today, working_calendar(None, user.calendar_edition)))
    owners = by_owner(lines)
    kind, owner = request.GET.get("loai", ""), request.GET.get("don-vi", "")
    if kind in Kind.values:
        lines = [line for line in lines if line.has(kind)]
    if owner in {one.owner for one in owners}:
        lines = [line for line in lines if line.owner == owner]
    context = {
        "page": Paginator(lines, PAGE).get_page(request.GET.get("trang")),
        "owners": owners,
        "kinds": Kind.choices,
        "kind": kind,
        "owner": owner,
        "tab": "quality",
    }
    return render(request, "procedures/editing/quality.html", context)
