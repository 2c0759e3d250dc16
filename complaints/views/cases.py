"""The staff's page of one case."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from complaints.actions import note_case_readings
from complaints.models import Case


@never_cache
@login_required
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """404 for everybody who may not see it, and for what does not exist, alike."""
    assert isinstance(request.user, User)
    found = get_object_or_404(Case.objects.visible_to(request.user).select_related("unit"), code=code)
    note_case_readings(cases=[found], user=request.user, page="case", at=timezone.now())
    return render(request, "complaints/case.html", {"case": found})
