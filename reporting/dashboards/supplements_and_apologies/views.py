"""What citizens had to come back for, and how they were excused to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import SpanForm
from reporting.dashboards.links import span_links
from reporting.dashboards.list_kinds import ListKind
from reporting.dashboards.supplements_and_apologies.figures import supplement_figures
from reporting.permissions import units_at, units_of
from reporting.rollup.reading import Period


@never_cache
@login_required
@require_safe
def supplements_and_apologies(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/bo-sung/?ky=2026-Q3&don-vi=…&tinh-den=…`: requests for papers, apologies and new dates, by unit and
    procedure."""
    visible, at = units_of(request), timezone.now()
    form = SpanForm(request.GET, at=at, units=visible)
    period = Period.shown(form.span, as_of=form.as_of, at=at)
    context = {
        "form": form,
        "period": period,
        "page": supplement_figures(units_at(visible, form.slug, with_below=form.with_below), period),
        "links": span_links(form, period),
        "late": ListKind.LATE,
    }
    return render(
        request, "reporting/dashboards/supplements_and_apologies.html", context, status=200 if form.is_valid() else 422
    )
