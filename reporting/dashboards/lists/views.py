"""The dossiers, or legs, behind every figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from reporting.dashboards.forms import (
    CHANNEL,
    DESK,
    FILTERS,
    NO_STEP,
    NOBODY,
    OFFICER,
    PLACE,
    PROCEDURE,
    STEP,
    ListForm,
)
from reporting.dashboards.list_kinds import ABOUT_NOW
from reporting.dashboards.lists.legs import LEGS_COUNTED_AS, counted_legs, listed_legs
from reporting.dashboards.lists.queries import ListQuery, counted_dossiers, dossiers_behind
from reporting.dashboards.lists.rows import ListRow, dossier_rows, leg_rows
from reporting.dashboards.officers.figures import headed_by, officers_at
from reporting.definitions.targets import PAGE_SIZE
from reporting.permissions import chosen_units, reader_of, units_of
from reporting.rollup.nightly_counts import last_nightly_count
from reporting.rollup.open_now import soon_until
from units.calendar.lookup import working_calendar
from units.clock.days import day_bounds
from units.models import Unit


@never_cache
@login_required
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/ho-so/?tinh-trang=qua-han&don-vi=…&thang=…&linh-vuc=…`: the dossiers that a figure counts."""
    units, at = units_of(request), timezone.now()
    form = ListForm(request.GET, at=at, units=units)
    if not form.is_valid():
        return render(request, "reporting/dashboards/dossiers.html", {"form": form}, status=422)
    query = _query_of(reader_of(request), units, form, at)
    of_legs = query.kind in LEGS_COUNTED_AS
    page, rows = (_legs if of_legs else _dossiers)(request, query, at)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": rows,
        "of_legs": of_legs,
        "is_now": form.kind in ABOUT_NOW and not form.as_of,
        "is_then": form.kind in ABOUT_NOW and form.as_of,
    }
    return render(request, "reporting/dashboards/dossiers.html", context)


def _dossiers(request: HttpRequest, query: ListQuery, at: datetime) -> tuple[Page[Any], list[ListRow]]:
    calendar = working_calendar()
    found = dossiers_behind(query, reader_of(request), at=at, soon=soon_until(at, calendar), calendar=calendar)
    page = _page(request, counted_dossiers(query, found.for_list()))
    return page, dossier_rows(page.object_list, at=at, calendar=calendar)


def _legs(request: HttpRequest, query: ListQuery, at: datetime) -> tuple[Page[Any], list[ListRow]]:
    """The page of steps counts until the last nightly count, all others until this moment."""
    counted = last_nightly_count() if query.step is not None else None
    until = day_bounds(counted.until)[1] if counted else at
    found = listed_legs(query, reader_of(request), until=until)
    page = _page(request, counted_legs(query, found.for_list(), until=until))
    return page, leg_rows(page.object_list)


def _page(request: HttpRequest, found: Any) -> Page[Any]:
    return Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))


def _query_of(reader: User, units: list[Unit], form: ListForm, at: datetime) -> ListQuery:
    officer = form.filter_value(OFFICER)
    if officer:  # the units in sight are then those whose head the reader is
        units = headed_by(reader, at)
    step = form.filter_value(STEP)
    return ListQuery(
        kind=form.kind,
        units=chosen_units(units, form.cleaned_data["don-vi"], with_below=form.with_below),
        month=form.month,
        as_of=form.as_of,
        field=form.cleaned_data["linh-vuc"],
        procedure=form.filter_value(PROCEDURE),
        place=form.filter_value(PLACE),
        channel=form.filter_value(CHANNEL),
        desk=_desk(form),
        step=None if not step else "" if step == NO_STEP else step,
        officer=_officer(officer, units, form, at) if officer and officer != NOBODY else None,
        is_unassigned=officer == NOBODY,
    )


def _desk(form: ListForm) -> str:
    slug = form.filter_value(DESK)
    if slug and (name := Unit.objects.filter(slug=slug).values_list("name", flat=True).first()):
        form.show_choice(DESK, name, FILTERS[DESK][1])
    return slug


def _officer(key: str, units: list[Unit], form: ListForm, at: datetime) -> User:
    """Raises Http404 for anybody whose head the reader is not."""
    held = officers_at(units, at).filter(user=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if held is None:
        raise Http404
    form.show_choice(OFFICER, str(held.user), FILTERS[OFFICER][1])
    return held.user
