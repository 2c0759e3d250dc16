"""Who has been named to handle a sealed case, since when and by whom."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Membership, User
from accounts.staff.pages import staff_only
from complaints.events.record import note_case_readings
from complaints.operations.registry import OPERATIONS
from complaints.operations.visible_case import visible_case


@staff_only(Membership.Role.INSPECTOR)
@require_safe
def handlers(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """For the handlers of the case alone; the two operations that change the list are reached from here."""
    found = visible_case(user, code)
    if not found.is_sealed:
        raise Http404
    note_case_readings(cases=[found], user=user, page="handlers", at=timezone.now())
    rows = list(found.handlers.select_related("user", "named_by").order_by("until", "since", "pk"))
    operations = [
        operation for slug in ("chi-dinh", "thoi-chi-dinh") if (operation := OPERATIONS[slug]).may(user, found)
    ]
    context = {"case": found, "rows": rows, "operations": operations, "tab": "cases"}
    return render(request, "complaints/case_page/handlers.html", context)
