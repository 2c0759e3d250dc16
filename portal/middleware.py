"""Request ids and the access log; what pages may ask of a browser; broken rules as a page."""

import re
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import DataError
from django.db.models import fields
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_only_middleware

from portal.errors.views import FORM, bad_request, rule_broken
from portal.health.views import healthz, readyz
from units.rules import RuleBroken

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = structlog.get_logger(__name__)

PROBES: Final = {"/healthz": healthz, "/readyz": readyz}
PROGRAM_ADDRESSES: Final = ("/api/", "/open311/")
NO_DEVICE_ACCESS: Final = "camera=(), microphone=(), geolocation=()"
_SAFE_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")


@sync_only_middleware
def request_log(get_response: GetResponse) -> GetResponse:
    """Give every request an id (the proxy's X-Request-ID when it is a plain one), echo it, and log one line.

    The line names the route's pattern, not the path: codes in paths and all query strings stay out of the logs.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["portal.request_id"] = request_id
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            _log(request, response, time.perf_counter() - started)
        response.headers["X-Request-ID"] = request_id
        return response

    return answer


@sync_only_middleware
def permissions_policy(get_response: GetResponse) -> GetResponse:
    """No page may ask for camera, microphone or place, unless its view sets the header itself."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_DEVICE_ACCESS)
        return response

    return answer


@sync_only_middleware
def health(get_response: GetResponse) -> GetResponse:
    """Answer the two health addresses before any rule about hosts or HTTPS: probes come by number, without either."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return answer


@sync_only_middleware
def programs_over_tls(get_response: GetResponse) -> GetResponse:
    """With `HTTPS`, status 403 for a program that calls the API in clear text. A redirect would let it go on sending
    keys and personal data unencrypted, unnoticed (ASVS 5.0, 4.1.2); people's pages are redirected by Django."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        is_for_programs = request.path_info.startswith(PROGRAM_ADDRESSES)
        if is_for_programs and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return JsonResponse({"detail": "Call this address by https."}, status=403)
        return get_response(request)

    return answer


def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    if request.path_info in PROBES and response.status_code < 400:
        return
    route = request.resolver_match.route if request.resolver_match else None
    level = "error" if response.status_code >= 500 else "info"
    getattr(logger, level)(
        "request", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000, 1)
    )


@sync_only_middleware
def form_size(get_response: GetResponse) -> GetResponse:
    """Status 413 for a form without files that is longer than `MAX_FORM_BYTES`, before it is read: unlike parts of a
    multipart form, each byte of it is decoded by the web."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = str(request.META.get("CONTENT_LENGTH", ""))
        if request.content_type == FORM and length.isdecimal() and int(length) > settings.MAX_FORM_BYTES:
            return bad_request(request, RequestDataTooBig())
        return get_response(request)

    return answer


class NoZeroBytes:
    """Refuse, with status 400, a path, a query or a form with a zero byte: PostgreSQL has no text with one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_unfit = "\0" in request.path_info or _has_zero(request.GET)
        return bad_request(request, BadRequest()) if is_unfit else self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """Forms only where the CSRF check has read them already: nothing large is read just to look."""
        is_read = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        return bad_request(request, BadRequest()) if is_read and _has_zero(request.POST) else None


def _has_zero(sent: QueryDict) -> bool:
    return any("\0" in text for name, values in sent.lists() for text in (name, *values))


class BrokenRules:
    """Turn a RuleBroken raised by a view into the page that says which rule, with status 422."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return rule_broken(request, exception) if isinstance(exception, RuleBroken) else None


class UnfitValues:
    """Status 400 where Django's admin asks the database with something made up instead of a key.

    Its choosers and its actions look up what was sent before anybody has judged it; our own forms judge first.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        in_admin = request.resolver_match is not None and "admin" in request.resolver_match.app_names
        return bad_request(request, BadRequest()) if in_admin and _no_column_holds(exception) else None


def _no_column_holds(error: Exception) -> bool:
    """Whether a model's field or the database refused the type of a value."""
    if isinstance(error, DataError):
        return True
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].f_globals.get("__name__") == fields.__name__
