"""How much of the term is left when the result is there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting import charts
from reporting.dashboards.forms import UnitForm
from reporting.dashboards.remaining_term.figures import BANDS, months_left
from reporting.definitions.periods import Month
from reporting.permissions import chosen_units, units_of
from reporting.rollup.nightly_counts import last_nightly_count
from units.clock.days import local_day


@never_cache
@login_required
@require_safe
def remaining(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/con-lai/?don-vi=…`: the share of the term left at the result, over twelve months."""
    units, at = units_of(request), timezone.now()
    form = UnitForm(request.GET, units=units)
    chosen = chosen_units(units, form.cleaned_data["don-vi"] if form.is_valid() else "")
    months = months_left(chosen, Month.of(local_day(at)))
    context = {
        "form": form,
        "months": months,
        "chart": charts.percent_chart([month.median for month in months], [month.tightest for month in months]),
        "bands": BANDS,
        "nightly_count": last_nightly_count(),
    }
    return render(request, "reporting/dashboards/remaining_term.html", context)
