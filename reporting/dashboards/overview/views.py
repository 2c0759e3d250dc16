"""The officials' first page."""

from __future__ import annotations

from fractions import Fraction
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting import charts
from reporting.dashboards.forms import SpanForm
from reporting.dashboards.links import span_links
from reporting.dashboards.lists.rows import dossier_rows
from reporting.dashboards.overview import figures
from reporting.definitions.targets import RANK_FROM
from reporting.permissions import units_at, units_of
from reporting.reports.forms import ALONE, SUBTREE
from reporting.rollup.open_now import soon_until
from units.calendar.lookup import working_calendar
from units.models import Unit


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/?ky=2026-Q3&don-vi=…&tinh-den=2026-10-31` for those who lead: their units, one span of days,
    everything one page says."""
    visible, at = units_of(request), timezone.now()
    form = SpanForm(request.GET, at=at, units=visible)
    units = units_at(visible, form.slug, with_below=form.with_below)
    calendar = working_calendar()
    whole = request.GET.get("tat-ca") == "1"
    soon = soon_until(at, calendar)
    page = figures.overview(units, form.span, at=at, soon_until=soon, whole=whole, as_of=form.as_of)
    heads = _heads(units)
    context = {
        "form": form,
        "page": page,
        "heads": heads,
        "links": span_links(form, page.period) | {"report": _report_query(heads[0], form)},
        "chart": charts.share_chart(page.rate_trend, Fraction(page.target)),
        "oldest": dossier_rows(page.oldest, at=at, calendar=calendar),
        "rank_from": RANK_FROM,
        "whole": whole,
    }
    return render(request, "reporting/dashboards/overview.html", context, status=200 if form.is_valid() else 422)


def _report_query(head: Unit, form: SpanForm) -> str:
    """Of an official report of the same unit, as deep and of the same days."""
    scope = SUBTREE if form.with_below else ALONE
    return urlencode({"don-vi": head.slug, "pham-vi": scope, "ky": form.span})


def _heads(units: list[Unit]) -> list[Unit]:
    """Those of `units` that are not below another of them."""
    keys = {unit.pk for unit in units}
    return [unit for unit in units if unit.parent_id not in keys]
