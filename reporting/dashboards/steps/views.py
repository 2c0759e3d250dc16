"""Where the time is lost."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import NO_STEP, MonthForm
from reporting.dashboards.steps.figures import step_rows
from reporting.definitions.targets import STEPS_SHOWN
from reporting.permissions import units_of
from reporting.rollup.nightly_counts import last_nightly_count


@never_cache
@login_required
@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/nut-that/?thang=2026-11&tat-ca=1`: the steps that overran their time, most lost time first."""
    units, at = units_of(request), timezone.now()
    form = MonthForm(request.GET, at=at)
    rows, whole = step_rows(units, form.month), request.GET.get("tat-ca") == "1"
    context = {
        "form": form,
        "month": form.month,
        "rows": rows if whole else rows[:STEPS_SHOWN],
        "hidden": 0 if whole else max(len(rows) - STEPS_SHOWN, 0),
        "most": max((row.minutes for row in rows), default=0),
        "nightly_count": last_nightly_count(),
        "no_step": NO_STEP,
    }
    return render(request, "reporting/dashboards/steps.html", context, status=200 if form.is_valid() else 422)
