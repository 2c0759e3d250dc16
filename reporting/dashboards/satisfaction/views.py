"""How satisfied citizens were, for officials."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.definitions.periods import Month
from reporting.definitions.targets import (
    COMMENTS_PER_PAGE,
    PUBLISH_FROM,
    SATISFACTION_TARGET,
    TREND_MONTHS,
)
from reporting.permissions import units_of
from reporting.rollup.satisfaction import by_handler, comments, named_reasons, total_satisfaction


@never_cache
@login_required
@require_safe
def satisfaction(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/hai-long/`: ratings of the units in sight over twelve months; no dossier, no officer."""
    units, last = units_of(request), Month.of(timezone.now())
    first, keys = last.plus(1 - TREND_MONTHS), [unit.pk for unit in units]
    answers = by_handler(first, last)
    rows = sorted(((unit, answers[unit.pk]) for unit in units if unit.pk in answers), key=lambda row: -row[1].count)
    context = {
        "rows": rows,
        "all": total_satisfaction(answer for _unit, answer in rows),
        "reasons": named_reasons(keys, first, last),
        "page": Paginator(comments(keys, first, last), COMMENTS_PER_PAGE).get_page(request.GET.get("trang")),
        "target": SATISFACTION_TARGET,
        "publish_from": PUBLISH_FROM,
    }
    return render(request, "reporting/dashboards/satisfaction.html", context)
