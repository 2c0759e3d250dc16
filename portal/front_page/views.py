"""The front page, the procedures most asked for, and the choice of a theme."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from complaints.publication.today import today
from procedures.http.compression import compressed_if_public
from procedures.pages.home import home_context
from procedures.search.index import catalogue_index
from reporting.definitions.targets import PUBLISH_FROM
from reporting.public.figures import home_figures
from reporting.rollup.reading import months_and_days, summed_by
from units.context import THEME_COOKIE
from units.texts.wording import day_of

THEMES: Final = frozenset({"light", "dark"})
MOST_USED: Final = 30
YEAR: Final = 365 * 24 * 60 * 60  # seconds


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers and crawlers that ask for this address without reading a page first."""
    return redirect(static("favicon.svg"))


@require_safe
@compressed_if_public
def home(request: HttpRequest) -> HttpResponse:
    """The front page: the catalogue, the on-time rate, and the answers to complaints today."""
    at = timezone.now()
    more = {"figures": home_figures(at=at), "cases_today": today(at)}
    return render(request, "procedures/pages/home.html", home_context(at) | more)


@require_safe
@compressed_if_public
def most_used(request: HttpRequest) -> HttpResponse:
    """The procedures with most dossiers in the last twelve months; omits those with fewer than are published."""
    on = day_of(timezone.now())
    tallies = (rows.by_procedure() for rows in months_and_days(on - timedelta(days=365), on))
    counted = {ref: counts.received for (ref,), counts in summed_by(("procedure__ref",), *tallies).items()}
    known = catalogue_index(on).by_ref
    enough = {ref: n for ref, n in counted.items() if n >= PUBLISH_FROM and ref in known}
    rows = [(known[ref], n) for ref, n in sorted(enough.items(), key=lambda one: (-one[1], one[0]))]
    return render(request, "procedures/pages/most_used.html", {"rows": rows[:MOST_USED]})


@csrf_exempt
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the visitor's choice of light or dark for a year; anything else follows the device again.

    Without the token of a form, so that public pages are the same for everybody: who made somebody choose a theme won
    nothing.
    """
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
