"""The page by channel, by desk and by place of the step."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.channels.figures import by_channel, by_desk, by_place
from reporting.dashboards.forms import SpanForm
from reporting.dashboards.links import span_links
from reporting.permissions import chosen_units, units_of
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import last_reconciliation


@never_cache
@login_required
@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/kenh/?ky=2026-Q3&don-vi=…&tinh-den=…`: one span by channel, desk and place of the step."""
    visible, at = units_of(request), timezone.now()
    form = SpanForm(request.GET, at=at, units=visible)
    units = chosen_units(visible, form.slug, with_below=form.with_below)
    period = Period.shown(form.span, as_of=form.as_of, at=at)
    context = {
        "form": form,
        "period": period,
        "channels": by_channel(units, period),
        "desks": by_desk(units, period),
        "places": by_place(units, period),
        "links": span_links(form, period),
        "reconciliation": last_reconciliation(),
    }
    return render(request, "reporting/dashboards/channels.html", context, status=200 if form.is_valid() else 422)
