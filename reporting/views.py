"""The official's page, the lists behind its figures, and the page for everybody."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Membership, User
from dossiers.models import Dossier, DossierQuerySet
from reporting import charts, figures
from reporting.forms import ListForm, MonthForm, OfficesForm
from reporting.lists import OPEN_NOW, UNIT_OF, listed
from reporting.offices import office_figures
from reporting.open_now import soon_until
from reporting.periods import Month
from reporting.places import places_with_figures
from reporting.published import published
from reporting.rows import dossier_rows
from reporting.satisfaction import by_handler, named_reasons, together, words_said
from reporting.targets import (
    ON_TIME_TARGET,
    PAGE_SIZE,
    PUBLISH_FROM,
    RANK_FROM,
    SATISFACTION_TARGET,
    TREND_MONTHS,
    WORDS_A_PAGE,
)
from units.calendars import working_calendar
from units.models import Unit
from units.opening import closed_days

READERS = (Membership.Role.LEADER, Membership.Role.OFFICIAL)


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/?thang=2026-11&tat-ca=1` for those who lead: their units, one month, everything one page says."""
    units, at = _units_of(request), timezone.now()
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


@never_cache
@login_required
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/chang/?thang=2026-11&theo=xua`: the legs of every unit in sight, and the lateness it answers for."""
    units, at = _units_of(request), timezone.now()
    form = OfficesForm(request.GET, at=at)
    page = office_figures(units, form.month, at=at, todays_tree=form.todays_tree)
    context = {"form": form, "page": page, "proof": figures.last_proof()}
    return render(request, "reporting/offices.html", context, status=200 if form.is_valid() else 422)


@never_cache
@login_required
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/ho-so/?tinh-trang=qua-han&don-vi=…&thang=…&linh-vuc=…`: the dossiers that a figure counts."""
    units, at = _units_of(request), timezone.now()
    form = ListForm(request.GET, at=at, units=units)
    if not form.is_valid():
        return render(request, "reporting/dossiers.html", {"form": form}, status=422)
    calendar = working_calendar()
    rows = _asked_for(_reader(request), units, form)
    rows = listed(form.sort, rows, month=form.month, at=at, soon=soon_until(at, calendar))
    page = Paginator(rows.for_list(), PAGE_SIZE).get_page(request.GET.get("trang"))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": dossier_rows(page.object_list, at=at, calendar=calendar),
        "is_now": form.sort in OPEN_NOW,
    }
    return render(request, "reporting/dossiers.html", context)


@never_cache
@login_required
@require_safe
def satisfaction(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/hai-long/`: what citizens said of the units in sight over twelve months; no dossier, no officer."""
    units, last = _units_of(request), Month.of(timezone.now())
    first, keys = last.plus(1 - TREND_MONTHS), [unit.pk for unit in units]
    answers = by_handler(first, last)
    rows = sorted(((unit, answers[unit.pk]) for unit in units if unit.pk in answers), key=lambda row: -row[1].count)
    context = {
        "rows": rows,
        "all": together(answer for _unit, answer in rows),
        "reasons": named_reasons(keys, first, last),
        "page": Paginator(words_said(keys, first, last), WORDS_A_PAGE).get_page(request.GET.get("trang")),
        "target": SATISFACTION_TARGET,
        "publish_from": PUBLISH_FROM,
    }
    return render(request, "reporting/satisfaction.html", context)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """`/don-vi/`: where to hand in dossiers, by desk, with what is open now and how it keeps its promises."""
    return render(request, "reporting/places.html", {"places": places_with_figures(at=timezone.now())})


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """`/don-vi/<slug>/`: one desk with its duty roster, and the next days on which it is closed."""
    at = timezone.now()
    found = next((one for one in places_with_figures(at=at) if one.place.desk.slug == slug), None)
    if found is None:
        raise Http404
    context = {"one": found, "posts": found.place.desk.duty_posts.all(), "closed": closed_days(at)}
    context |= {"publish_from": PUBLISH_FROM, "target": ON_TIME_TARGET, "satisfaction_target": SATISFACTION_TARGET}
    return render(request, "reporting/place.html", context)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """`/so-lieu/`: numbers of dossiers only; no person, and no unit with too few of them."""
    page = published(at=timezone.now())
    chart = charts.share_chart([point.counts.rate.exact for point in page.trend], Fraction(ON_TIME_TARGET))
    context = {"figures": page, "chart": chart, "rank_from": RANK_FROM, "publish_from": PUBLISH_FROM}
    return render(
        request,
        "reporting/public.html",
        context | {"target": ON_TIME_TARGET, "satisfaction_target": SATISFACTION_TARGET},
    )


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _units_of(request: HttpRequest) -> list[Unit]:
    """The units the reader leads. Raises Http404 for anybody else: the page is not theirs."""
    units = list(_reader(request).units_as(*READERS))
    if not units:
        raise Http404
    return units


def _heads(units: list[Unit]) -> list[Unit]:
    """Those of `units` that are not below another of them."""
    keys = {unit.pk for unit in units}
    return [unit for unit in units if unit.parent_id not in keys]


def _asked_for(reader: User, units: list[Unit], form: ListForm) -> DossierQuerySet:
    chosen = _chosen(units, form.cleaned_data["don-vi"])
    rows = Dossier.objects.visible_to(reader).filter(**{f"{UNIT_OF.get(form.sort, 'handler')}__in": chosen})
    slug = form.cleaned_data["linh-vuc"]
    return rows.filter(procedure__field__slug=slug) if slug else rows


def _chosen(units: list[Unit], slug: str) -> list[int]:
    """All of `units`, or the one called `slug`. Raises Http404 when it is not among them."""
    chosen = [unit.pk for unit in units if not slug or unit.slug == slug]
    if not chosen:
        raise Http404
    return chosen
