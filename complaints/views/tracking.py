"""The reporter's own page of a case, opened by its code and secret."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.models import STATUS_LABELS, Case
from dossiers.secret import is_right


@never_cache
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest, code: str) -> HttpResponse:
    """The secret opens it; a wrong one and an unknown code get the same answer."""
    case = Case.objects.filter(code=code).select_related("unit").first()
    typed = request.POST.get("ma-tra-cuu", "")
    opened = is_right(typed, case.secret if case else None)
    context: dict[str, Any] = {"code": code, "case": case if opened else None, "wrong": bool(typed) and not opened}
    if opened and case:
        context["status_words"] = STATUS_LABELS[case.state]
    return render(request, "complaints/tracking.html", context, status=422 if context["wrong"] else 200)
