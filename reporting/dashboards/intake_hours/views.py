"""When dossiers come in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import IntakeHoursForm
from reporting.dashboards.intake_hours.figures import SHADES, heat_map
from reporting.permissions import READERS, chosen_units, reader_of, units_of
from reporting.rollup.nightly_counts import last_nightly_count
from units.calendar.lookup import working_calendar


@never_cache
@login_required
@require_safe
def intake_hours(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/gio-tiep-nhan/?thang=2026-11&ky=3&don-vi=…`: weekday by hour, at the desks in sight."""
    units_of(request)
    desks, at = list(reader_of(request).units_as(*READERS).desks().order_by("order", "name")), timezone.now()
    form = IntakeHoursForm(request.GET, at=at, desks=desks)
    slug = form.cleaned_data.get("don-vi", "") if form.is_valid() else ""
    chosen = chosen_units(desks, slug) if slug else [desk.pk for desk in desks]
    last = form.month
    first = last.plus(1 - form.months)
    context = {
        "form": form,
        "first": first,
        "last": last,
        "map": heat_map(chosen, first, last, working_calendar()),
        "shades": range(1, SHADES + 1),
        "nightly_count": last_nightly_count(),
    }
    return render(request, "reporting/dashboards/intake_hours.html", context, status=200 if form.is_valid() else 422)
