"""What citizens had to come back for, and how they were excused to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.care import care_page
from reporting.forms import MonthForm
from reporting.lists import Sort
from reporting.views.reader import units_of


@never_cache
@login_required
@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/bo-sung/?thang=2026-11`: requests for papers, apologies and new dates, by unit and procedure."""
    units, at = units_of(request), timezone.now()
    form = MonthForm(request.GET, at=at)
    page = care_page(units, form.month)
    context = {"form": form, "month": form.month, "page": page, "late": Sort.LATE}
    return render(request, "reporting/care.html", context, status=200 if form.is_valid() else 422)
