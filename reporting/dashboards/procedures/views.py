"""The procedures behind the line of one field of administration."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.dashboards.forms import FieldForm
from reporting.dashboards.links import span_links
from reporting.dashboards.procedures.figures import procedure_rows
from reporting.definitions.on_time import total
from reporting.permissions import chosen_units, units_of
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import last_reconciliation


@never_cache
@login_required
@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/thu-tuc/?linh-vuc=ho-tich&ky=2026-Q3&don-vi=…&tinh-den=…`: what each procedure of a field counted,
    each number leading to its dossiers."""
    visible, at = units_of(request), timezone.now()
    form = FieldForm(request.GET, at=at, units=visible)
    units = chosen_units(visible, form.slug, with_below=form.with_below)
    period = Period.shown(form.span, as_of=form.as_of, at=at)
    rows = procedure_rows(units, period, form.field_slug)
    context = {
        "form": form,
        "period": period,
        "rows": rows,
        "all": total(row.counts for row in rows),
        "most": max((row.counts.resolved for row in rows), default=0),
        "links": span_links(form, period),
        "reconciliation": last_reconciliation(),
    }
    return render(request, "reporting/dashboards/procedures.html", context, status=200 if form.is_valid() else 422)
