"""The dossiers behind every figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from dossiers.models import day_bounds
from reporting.behind import STEPS, Asked, counted, dossiers_behind
from reporting.forms import (
    CHANNEL,
    DESK,
    NARROWER,
    NO_STEP,
    NOBODY,
    OFFICER,
    PLACE,
    PROCEDURE,
    STEP,
    ListForm,
)
from reporting.lists import ABOUT_NOW, Sort
from reporting.night import last_night
from reporting.officers import headed_by, officers_at
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
    calendar, reader = working_calendar(), reader_of(request)
    asked = _asked(reader, units, form, at)
    until = at if form.narrowed(PLACE) else _counted_until(form.sort, at)
    rows = dossiers_behind(asked, reader, at=at, soon=soon_until(at, calendar), until=until, calendar=calendar)
    page = Paginator(counted(asked, rows.for_list()), PAGE_SIZE).get_page(request.GET.get("trang"))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": dossier_rows(page.object_list, at=at, calendar=calendar),
        "is_now": form.sort in ABOUT_NOW and not form.as_of,
        "is_then": form.sort in ABOUT_NOW and form.as_of,
    }
    return render(request, "reporting/dossiers.html", context)


def _counted_until(sort: Sort, at: datetime) -> datetime:
    """The end of what the page behind a list counted: this moment, or the last night's."""
    night = last_night() if sort in STEPS else None
    return day_bounds(night.until)[1] if night else at


def _asked(reader: User, units: list[Unit], form: ListForm, at: datetime) -> Asked:
    officer = form.narrowed(OFFICER)
    if officer:  # the units in sight are then those whose head the reader is
        units = headed_by(reader, at)
    step = form.narrowed(STEP)
    return Asked(
        sort=form.sort,
        units=chosen_units(units, form.cleaned_data["don-vi"], with_below=form.with_below),
        month=form.month,
        as_of=form.as_of,
        field=form.cleaned_data["linh-vuc"],
        procedure=form.narrowed(PROCEDURE),
        place=form.narrowed(PLACE),
        channel=form.narrowed(CHANNEL),
        desk=_desk(form),
        step=None if not step else "" if step == NO_STEP else step,
        officer=_officer(officer, units, form, at) if officer and officer != NOBODY else None,
        is_unassigned=officer == NOBODY,
    )


def _desk(form: ListForm) -> str:
    slug = form.narrowed(DESK)
    if slug and (name := Unit.objects.filter(slug=slug).values_list("name", flat=True).first()):
        form.say(DESK, name, NARROWER[DESK][1])
    return slug


def _officer(key: str, units: list[Unit], form: ListForm, at: datetime) -> User:
    """Raises Http404 for anybody whose head the reader is not."""
    held = officers_at(units, at).filter(user=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if held is None:
        raise Http404
    form.say(OFFICER, str(held.user), NARROWER[OFFICER][1])
    return held.user
