"""Who has how much on the desk, for the head of these people."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import NOBODY
from reporting.dashboards.officers.figures import headed_by, unit_loads
from reporting.permissions import reader_of
from reporting.rollup.open_now import soon_until
from units.calendar.lookup import working_calendar


@never_cache
@login_required
@require_safe
def officers(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/can-bo/`: what each officer has in hand. 404 for those who head no unit."""
    reader, at = reader_of(request), timezone.now()
    units = headed_by(reader, at)
    if not units:
        raise Http404
    soon = soon_until(at, working_calendar())
    context = {"at": at, "soon": soon, "loads": unit_loads(units, at=at, soon=soon), "nobody": NOBODY}
    return render(request, "reporting/dashboards/officers.html", context)
