"""The officials' first page."""

from __future__ import annotations

from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting import charts, figures
from reporting.forms import MonthForm
from reporting.open_now import soon_until
from reporting.rows import dossier_rows
from reporting.targets import RANK_FROM
from reporting.views.reader import units_of
from units.calendars import working_calendar
from units.models import Unit


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/?thang=2026-11&tat-ca=1` for those who lead: their units, one month, everything one page says."""
    units, at = units_of(request), timezone.now()
    form = MonthForm(request.GET, at=at)
    calendar = working_calendar()
    whole = request.GET.get("tat-ca") == "1"
    page = figures.overview(units, form.month, at=at, soon_until=soon_until(at, calendar), whole=whole)
    context = {
        "form": form,
        "page": page,
        "heads": _heads(units),
        "chart": charts.share_chart(page.rate_trend, Fraction(page.target)),
        "oldest": dossier_rows(page.oldest, at=at, calendar=calendar),
        "rank_from": RANK_FROM,
        "whole": whole,
    }
    return render(request, "reporting/overview.html", context, status=200 if form.is_valid() else 422)


def _heads(units: list[Unit]) -> list[Unit]:
    """Those of `units` that are not below another of them."""
    keys = {unit.pk for unit in units}
    return [unit for unit in units if unit.parent_id not in keys]
