"""The public pages of figures and of desks."""

from __future__ import annotations

from fractions import Fraction

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procedures.http.compression import compressed_if_public
from reporting import charts
from reporting.definitions.targets import (
    ON_TIME_TARGET,
    PUBLISH_FROM,
    RANK_FROM,
    SATISFACTION_TARGET,
)
from reporting.open_data import editions
from reporting.open_data.yearly_figures import yearly_figures
from reporting.public.figures import public_figures
from reporting.public.places import places_with_figures
from reporting.rollup.cases import public_case_counts, total_cases
from units.calendar.opening_hours import closed_days
from units.models import Unit
from units.texts.wording import day_of


@require_safe
@compressed_if_public
def places(request: HttpRequest) -> HttpResponse:
    """`/don-vi/`: where to hand in dossiers, by desk, with what is open now and how it keeps its promises."""
    return render(request, "reporting/public/places.html", {"places": places_with_figures(at=timezone.now())})


@require_safe
@compressed_if_public
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """`/don-vi/<slug>/`: one desk with its duty roster, and the next days on which it is closed. The address of an
    office, by which linked data names it, leads to its desk."""
    at = timezone.now()
    found = next((one for one in places_with_figures(at=at) if one.place.desk.slug == slug), None)
    if found is None:
        desks = Unit.objects.desks().in_force(day_of(at)).filter(parent__slug=slug).order_by("order", "name")
        if desk := desks.first():
            return redirect("reporting:place", desk.slug)
        raise Http404
    closed = closed_days(at, found.place.calendar)
    context = {"one": found, "posts": found.place.desk.duty_posts.all(), "closed": closed}
    context |= {"publish_from": PUBLISH_FROM, "target": ON_TIME_TARGET, "satisfaction_target": SATISFACTION_TARGET}
    return render(request, "reporting/public/place.html", context)


@require_safe
@compressed_if_public
def public(request: HttpRequest) -> HttpResponse:
    """`/so-lieu/`: numbers of dossiers only; no person, and no unit with too few of them."""
    page, edition = public_figures(at=timezone.now()), editions.latest()
    chart = charts.share_chart([point.counts.rate.exact for point in page.trend], Fraction(ON_TIME_TARGET))
    context = {"figures": page, "chart": chart, "rank_from": RANK_FROM, "publish_from": PUBLISH_FROM}
    cases = public_case_counts([point.month for point in page.trend])
    context |= {"cases": cases, "all_cases": total_cases(row.counts for row in cases)}
    context |= {"edition": edition, "yearly": yearly_figures(edition) if edition else None}
    return render(
        request,
        "reporting/public/figures.html",
        context | {"target": ON_TIME_TARGET, "satisfaction_target": SATISFACTION_TARGET},
    )
