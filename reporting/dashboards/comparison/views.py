"""Two units or two spans, side by side."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.comparison.figures import ComparedRates, read_side
from reporting.dashboards.forms import SECOND, CompareForm
from reporting.permissions import chosen_units, units_of
from reporting.rollup.reconciliation import last_reconciliation


@never_cache
@login_required
@require_safe
def comparing(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/so-sanh/?don-vi=…&ky=2026-Q3&don-vi-2=…&ky-2=2026-Q2`: what each side counted, and how much of the
    difference may be chance."""
    visible, at = units_of(request), timezone.now()
    form = CompareForm(request.GET, at=at, units=visible)
    first, second = (
        read_side(chosen_units(visible, form.slug(suffix), with_below=True), form.span(suffix), at)
        for suffix in ("", SECOND)
    )
    context = {
        "form": form,
        "first": first,
        "second": second,
        "sides": [
            {"legend": legend, "unit": form[f"don-vi{suffix}"], "span": form[f"ky{suffix}"]}
            for legend, suffix in ((_("Bên thứ nhất"), ""), (_("Bên thứ hai"), SECOND))
        ],
        "names": [form.unit_name(suffix) for suffix in ("", SECOND)],
        "scopes": [form.scope(suffix) for suffix in ("", SECOND)],
        "on_time": ComparedRates(first.counts.rate, second.counts.rate),
        "early": ComparedRates(first.counts.early_rate, second.counts.early_rate),
        "answered": ComparedRates(first.counts.answer_rate, second.counts.answer_rate),
        "reconciliation": last_reconciliation(),
    }
    return render(request, "reporting/dashboards/comparison.html", context, status=200 if form.is_valid() else 422)
