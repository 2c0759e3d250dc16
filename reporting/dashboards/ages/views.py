"""The page of open dossiers by age."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.ages.figures import age_rows
from reporting.permissions import units_of
from units.calendar.lookup import working_calendar


@never_cache
@login_required
@require_safe
def ages(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/tuoi-ho-so/`: open dossiers of every visible unit by working days to or over their due date."""
    units, at = units_of(request), timezone.now()
    together, rows = age_rows(units, at, working_calendar())
    context = {"at": at, "all": together, "rows": rows, "most": max((row.running for row in rows), default=0)}
    return render(request, "reporting/dashboards/ages.html", context)
