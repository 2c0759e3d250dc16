"""How long procedures really take."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.night import last_night
from reporting.targets import TIMED_FROM
from reporting.usual_times import is_telling, usual_times
from reporting.views.reader import units_of


@never_cache
@login_required
@require_safe
def usual(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/thoi-gian/`: median and ninetieth percentile of every procedure, by unit, over twelve months."""
    rows = usual_times(units_of(request))
    shown = [one.time.ninetieth for row in rows for one in row.units if is_telling(one.time)]
    context = {"rows": rows, "most": max(shown, default=0), "night": last_night(), "timed_from": TIMED_FROM}
    return render(request, "reporting/usual.html", context)
