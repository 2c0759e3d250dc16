"""Error pages, and error responses of the API."""

import sys
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.staff.pages import recover_after_csrf
from portal.outage.page import is_outage, unavailable
from procedures.exports.serializers.problems import PROBLEM
from procedures.exports.views import problem
from units.rules import RuleBroken

logger = structlog.get_logger(__name__)

FORM: Final = "application/x-www-form-urlencoded"
TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


DETAILS: Final = {400: gettext_lazy("Yêu cầu không hợp lệ"), 413: gettext_lazy("Nội dung gửi lên quá lớn")}


STAFF_ADDRESSES: Final = tuple(f"/{language}{room}/" for language in ("", "en/") for room in ("can-bo", "dieu-hanh"))


NO_SUCH_ADDRESS: Final = gettext_lazy("Địa chỉ này không có.")


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
    most = settings.MAX_FORM_BYTES if request.content_type == FORM else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    values = {"reference": _reference(request), "most": most}
    return HttpResponse(render_to_string(f"errors/{status}.html", values), status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Recovers what a member of staff typed before their session expired; otherwise a 403 page."""
    return recover_after_csrf(request) or _page(request, 403)


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
        details = answer.data if isinstance(answer.data, dict) else {"detail": answer.data}
        answer.data = {"type": "about:blank", "title": answer.status_text, "status": answer.status_code, **details}
        answer.content_type = PROBLEM
    return answer


def _page(request: HttpRequest, status: int, **context: str) -> HttpResponse:
    """In the staff layout for a signed-in person at an address of the staff, as long as that can be found out."""
    values: dict[str, Any] = context | {"reference": _reference(request)}
    if _is_for_staff(request):
        try:
            in_staff_layout = values | {"is_staff_page": True, "layout": "staff.html"}
            return render(request, f"errors/{status}.html", in_staff_layout, status=status)
        except DatabaseError:  # its bar asks for the person's roles and messages
            logger.warning("error_page_without_staff_layout", status=status)
    return render(request, f"errors/{status}.html", values | {"layout": "base.html"}, status=status)


def _is_for_staff(request: HttpRequest) -> bool:
    if not request.path_info.startswith(STAFF_ADDRESSES):
        return False
    try:
        return hasattr(request, "user") and request.user.is_authenticated
    except DatabaseError:
        return False


def _reference(request: HttpRequest) -> str:
    return str(request.META.get("portal.request_id", ""))
