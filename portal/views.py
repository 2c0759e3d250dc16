"""The front page, health, the theme choice, and the error pages."""

import sys
from datetime import timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler

from complaints.today import today
from dossiers.views.staff import kept_after_csrf
from portal.health import figures_proved, readiness
from portal.outage import is_outage, unavailable
from procedures.index import catalogue_index
from procedures.packing import packed_if_public
from procedures.serializers.problems import PROBLEM
from procedures.views.catalogue import home_context
from procedures.views.machines import problem
from reporting.published import home_figures
from reporting.tallies import parts, summed_by
from reporting.targets import PUBLISH_FROM
from units.rules import RuleBroken
from units.wording import day_of

logger = structlog.get_logger(__name__)

THEMES: Final = frozenset({"light", "dark"})
TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
DETAILS: Final = {400: gettext_lazy("Yêu cầu không hợp lệ"), 413: gettext_lazy("Nội dung gửi lên quá lớn")}
STAFF_ADDRESSES: Final = tuple(f"/{language}{room}/" for language in ("", "en/") for room in ("can-bo", "dieu-hanh"))
NO_SUCH_ADDRESS: Final = gettext_lazy("Địa chỉ này không có.")
MOST_USED: Final = 30
YEAR: Final = 365 * 24 * 60 * 60  # seconds


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """`{"database": "good", "broker": …, "worker": …, "beat": …, "figures": …}`; status 503 when one is bad.

    `figures` says what the last proof of the roll-ups found and does not count for the status: pages answer all the
    same, and what differs is counted anew.
    """
    checks = readiness(at=timezone.now())
    words = {name: "good" if good else "bad" for name, good in checks.items()}
    figures = figures_proved() if checks["database"] else None
    return JsonResponse(words | {"figures": figures}, status=200 if all(checks.values()) else 503)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers and crawlers that ask for this address without reading a page first."""
    return redirect(static("favicon.svg"))


@require_safe
@packed_if_public
def home(request: HttpRequest) -> HttpResponse:
    """The front page: what the catalogue has to say, how promises were kept, and what citizens were answered today."""
    at = timezone.now()
    more = {"figures": home_figures(at=at), "voices": today(at)}
    return render(request, "procedures/home.html", home_context(at) | more)


@require_safe
@packed_if_public
def most_used(request: HttpRequest) -> HttpResponse:
    """The procedures that most dossiers were of in the last twelve months; none with too few to be published."""
    on = day_of(timezone.now())
    tallies = (rows.by_procedure() for rows in parts(on - timedelta(days=365), on))
    counted = {ref: counts.received for (ref,), counts in summed_by(("procedure__ref",), *tallies).items()}
    known = catalogue_index(on).by_ref
    enough = {ref: n for ref, n in counted.items() if n >= PUBLISH_FROM and ref in known}
    rows = [(known[ref], n) for ref, n in sorted(enough.items(), key=lambda one: (-one[1], one[0]))]
    return render(request, "procedures/most_used.html", {"rows": rows[:MOST_USED]})


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
        response.set_cookie("theme", chosen, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 413 for a form too large to be read, 503 for a session that could not be written, else 400; to a program
    as `{"detail": …}`.

    Rendered without the request: a forged Host header is one of the reasons to be here.
    """
    if is_outage(exception):
        return unavailable(request, _reference(request))
    status = 413 if isinstance(exception, TOO_LARGE) else 400
    if request.path_info.startswith("/api/"):
        return problem(status, str(DETAILS[status]))
    told = {"reference": _reference(request), "most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    return HttpResponse(render_to_string(f"errors/{status}.html", told), status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What staff typed into a page of their own whose session ended meanwhile is kept for them."""
    return kept_after_csrf(request) or _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page; to a program that asked for an address of the API that is none, a problem (RFC 9457)."""
    if request.path_info.startswith("/api/"):
        return problem(404, str(NO_SUCH_ADDRESS))
    return _page(request, 404)


def rule_broken(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The rule's own words; what was typed is one step back in the browser."""
    return _page(request, 422, message=str(exception))


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """allauth's rate limits and ours end here."""
    return _page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Touches neither the database nor the request's user: either may be what broke. Status 503 for an outage."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request, _reference(request))
    logger.exception("request_failed", reference=_reference(request))
    return HttpResponse(render_to_string("errors/500.html", {"reference": _reference(request)}), status=500)


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A broken rule answers 409 with `{"detail": …}`; all else as REST framework does. The open API of the catalogue
    says it as a problem (RFC 9457), with the messages of each parameter beside."""
    if isinstance(exc, RuleBroken):
        return Response({"detail": str(exc)}, status=409)
    # What Django says of a row that is not there names our tables.
    answer = exception_handler(NotFound() if isinstance(exc, Http404) else exc, context)
    if answer is not None and context["request"].resolver_match.app_name == "procedures_api":
        told = answer.data if isinstance(answer.data, dict) else {"detail": answer.data}
        answer.data = {"type": "about:blank", "title": answer.status_text, "status": answer.status_code, **told}
        answer.content_type = PROBLEM
    return answer


def _page(request: HttpRequest, status: int, **context: str) -> HttpResponse:
    """In the staff layout for whoever is signed in at an address of the staff, as long as that can be found out."""
    told: dict[str, Any] = context | {"reference": _reference(request)}
    if _is_for_staff(request):
        try:
            in_staff_layout = told | {"is_staff_page": True, "layout": "staff.html"}
            return render(request, f"errors/{status}.html", in_staff_layout, status=status)
        except DatabaseError:  # its bar asks for the person's roles and messages
            logger.warning("error_page_without_staff_layout", status=status)
    return render(request, f"errors/{status}.html", told | {"layout": "base.html"}, status=status)


def _is_for_staff(request: HttpRequest) -> bool:
    if not request.path_info.startswith(STAFF_ADDRESSES):
        return False
    try:
        return hasattr(request, "user") and request.user.is_authenticated
    except DatabaseError:
        return False


def _reference(request: HttpRequest) -> str:
    return str(request.META.get("portal.request_id", ""))
