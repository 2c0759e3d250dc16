"""The page of figures of cases, and the list of cases behind each figure."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.models import Case
from reporting.dashboards.cases.forms import CaseListForm, CasesForm
from reporting.dashboards.cases.lists import counted_cases, listed_cases
from reporting.dashboards.links import span_links
from reporting.definitions.targets import PAGE_SIZE
from reporting.permissions import reader_of, units_at, units_of
from reporting.rollup.cases import case_figures, read_months
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import last_reconciliation


@never_cache
@login_required
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/phan-anh/?ky=2026&don-vi=…`: cases received, and how they were answered."""
    visible, at = units_of(request), timezone.now()
    form = CasesForm(request.GET, at=at, units=visible)
    units = units_at(visible, form.slug, with_below=form.with_below)
    period = Period.at(form.span, at)
    context = {
        "form": form,
        "figures": case_figures(units, period, at=at),
        "trend": list(read_months([unit.pk for unit in units], period.months).items()),
        "period": period,
        "links": span_links(form, period),
        "reconciliation": last_reconciliation(),
    }
    return render(request, "reporting/dashboards/cases.html", context, status=200 if form.is_valid() else 422)


@never_cache
@login_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/phan-anh/danh-sach/?tinh-trang=tre-han&loai=petition&ky=2026`: the cases that a figure counts."""
    visible, at = units_of(request), timezone.now()
    form = CaseListForm(request.GET, at=at, units=visible)
    if not form.is_valid():
        return render(request, "reporting/dashboards/case_list.html", {"form": form}, status=422)
    units = units_at(visible, form.slug, with_below=form.with_below)
    mine = Case.objects.visible_to(reader_of(request)).filter(unit__in=units, **form.filters)
    rows = listed_cases(form.kind, mine, span=form.span, at=at).select_related("unit", "category")
    found = counted_cases(form.kind, rows, [unit.pk for unit in units], form.filters, form.span)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {"form": form, "page": page, "pages": page.paginator.get_elided_page_range(page.number)}
    return render(request, "reporting/dashboards/case_list.html", context)
