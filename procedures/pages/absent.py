"""The page of a procedure that is not in force: when it ended, or when it begins."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from procedures.exports.views import gone, no_procedure
from procedures.http.negotiation import PAGE, wanted_by
from procedures.versions.coming import absence


def absent(request: HttpRequest, ref: str, on: date) -> HttpResponse | None:
    """Status 410 for a procedure that ended, 404 for programs if it has not begun yet; None if it has no version."""
    found = absence(ref, on)
    if found is None:
        return None
    if wanted_by(request) not in {PAGE, ""}:
        return gone(found) if found.is_over else no_procedure()
    return render(request, "procedures/pages/absent.html", {"absence": found}, status=410 if found.is_over else 200)


def absent_or_404(request: HttpRequest, ref: str, on: date) -> HttpResponse:
    if answer := absent(request, ref, on):
        return answer
    raise Http404
