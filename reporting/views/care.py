"""What citizens had to come back for, and how they were excused to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.care import care_page
from reporting.forms import SpanForm
from reporting.lists import Sort
from reporting.tallies import Period
from reporting.views.links import span_links
from reporting.views.reader import units_at, units_of


@never_cache
@login_required
@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/bo-sung/?ky=2026-Q3&don-vi=…&tinh-den=…`: requests for papers, apologies and new dates, by unit and
    procedure."""
    sight, at = units_of(request), timezone.now()
    form = SpanForm(request.GET, at=at, units=sight)
    period = Period.as_it_stood(form.span, as_of=form.as_of, at=at)
    context = {
        "form": form,
        "period": period,
        "page": care_page(units_at(sight, form.slug, with_below=form.with_below), period),
        "links": span_links(form, period),
        "late": Sort.LATE,
    }
    return render(request, "reporting/care.html", context, status=200 if form.is_valid() else 422)
