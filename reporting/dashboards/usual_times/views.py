"""How long procedures really take."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import PROCEDURE, UnitForm
from reporting.dashboards.usual_times.figures import usual_times
from reporting.definitions.targets import USUAL_TIME_FROM
from reporting.permissions import chosen_units, units_of
from reporting.rollup.nightly_counts import last_nightly_count


@never_cache
@login_required
@require_safe
def usual(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/thoi-gian/?don-vi=…` or `?thu-tuc=…`: median and ninetieth percentile of every procedure over twelve
    months; by unit where one unit or one procedure is asked for."""
    units = units_of(request)
    form = UnitForm(request.GET, units=units)
    slug = form.cleaned_data["don-vi"] if form.is_valid() else ""
    chosen = set(chosen_units(units, slug))
    ref = request.GET.get(PROCEDURE, "")
    rows = usual_times([unit for unit in units if unit.pk in chosen])
    rows = [row for row in rows if row.procedure.ref == ref] if ref else rows
    context = {
        "form": form,
        "rows": rows,
        "most": max((row.longest for row in rows), default=0),
        "by_unit": bool(slug or ref),
        "nightly_count": last_nightly_count(),
        "timed_from": USUAL_TIME_FROM,
    }
    return render(request, "reporting/dashboards/usual_times.html", context)
