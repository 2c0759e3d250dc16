"""The offices' own figures: legs, and the lateness each answers for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import OfficesForm
from reporting.dashboards.links import span_links
from reporting.dashboards.offices.figures import office_figures
from reporting.permissions import units_at, units_of
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import last_reconciliation


@never_cache
@login_required
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/chang/?ky=2026-Q3&don-vi=…&tinh-den=…&theo=xua`: the legs of every unit in sight, and the lateness
    it answers for."""
    visible, at = units_of(request), timezone.now()
    form = OfficesForm(request.GET, at=at, units=visible)
    period = Period.shown(form.span, as_of=form.as_of, at=at)
    page = office_figures(
        units_at(visible, form.slug, with_below=form.with_below), period, at=at, todays_tree=form.todays_tree
    )
    if not page.has_past and "theo" not in form.errors:
        del form.fields["theo"]
    context = {"form": form, "page": page, "links": span_links(form, period), "reconciliation": last_reconciliation()}
    return render(request, "reporting/dashboards/offices.html", context, status=200 if form.is_valid() else 422)
