"""The offices' own figures: legs, and the lateness each answers for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting import figures
from reporting.forms import OfficesForm
from reporting.offices import office_figures
from reporting.views.reader import units_of


@never_cache
@login_required
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/chang/?thang=2026-11&theo=xua`: the legs of every unit in sight, and the lateness it answers for."""
    units, at = units_of(request), timezone.now()
    form = OfficesForm(request.GET, at=at)
    page = office_figures(units, form.month, at=at, todays_tree=form.todays_tree)
    context = {"form": form, "page": page, "proof": figures.last_proof()}
    return render(request, "reporting/offices.html", context, status=200 if form.is_valid() else 422)
