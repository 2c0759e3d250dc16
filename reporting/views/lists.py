"""The dossiers behind every figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from dossiers.models import Dossier, DossierQuerySet
from reporting.forms import ListForm
from reporting.lists import OF_A_PAST_DAY, OPEN_NOW, UNIT_OF, listed, listed_then
from reporting.open_now import soon_until
from reporting.rows import dossier_rows
from reporting.targets import PAGE_SIZE
from reporting.views.reader import chosen_units, reader_of, units_of
from units.calendars import working_calendar
from units.models import Unit


@never_cache
@login_required
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/ho-so/?tinh-trang=qua-han&don-vi=…&thang=…&linh-vuc=…`: the dossiers that a figure counts."""
    units, at = units_of(request), timezone.now()
    form = ListForm(request.GET, at=at, units=units)
    if not form.is_valid():
        return render(request, "reporting/dossiers.html", {"form": form}, status=422)
    calendar = working_calendar()
    soon = soon_until(at, calendar)
    rows = _asked_for(reader_of(request), units, form, at=at, soon=soon)
    page = Paginator(rows.for_list(), PAGE_SIZE).get_page(request.GET.get("trang"))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": dossier_rows(page.object_list, at=at, calendar=calendar),
        "is_now": form.sort in OPEN_NOW and not form.as_of,
        "is_then": form.sort in OPEN_NOW and form.as_of,
    }
    return render(request, "reporting/dossiers.html", context)


def _asked_for(reader: User, units: list[Unit], form: ListForm, *, at: datetime, soon: datetime) -> DossierQuerySet:
    chosen = chosen_units(units, form.cleaned_data["don-vi"], with_below=form.with_below)
    rows, slug = Dossier.objects.visible_to(reader), form.cleaned_data["linh-vuc"]
    if slug:
        rows = rows.filter(procedure__field__slug=slug)
    if form.as_of and form.sort in OF_A_PAST_DAY:
        return listed_then(form.sort, rows, chosen, form.as_of)
    rows = rows.filter(**{f"{UNIT_OF.get(form.sort, 'handler')}__in": chosen})
    return listed(form.sort, rows, month=form.month, at=at, soon=soon)
