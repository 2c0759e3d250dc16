"""The page shown while the database is down; it contains the submitted form, so that nothing typed is lost.

Must not use the database or the session.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import structlog
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from complaints.intake.open311.wire import Refused, error_answer
from files.uploads.handler import stopped
from procedures.exports.views import problem

logger = structlog.get_logger(__name__)

RETRY_AFTER: Final = 5  # seconds
_AWAY: Final = (OperationalError, InterfaceError, SessionInterrupted)


def is_outage(error: BaseException | None) -> bool:
    """Whether `error` or what it was raised for is a database that is away, or a session that could not be written."""
    seen = 0
    while error is not None and seen < 20:
        if isinstance(error, _AWAY):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def unavailable(request: HttpRequest, reference: str) -> HttpResponse:
    """Status 503: a page with a button that sends the same again; to a program as each API says such things."""
    logger.error("database_away", reference=reference)
    answer = _answer(request, reference)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer(request: HttpRequest, reference: str) -> HttpResponse:
    sentence = _("Cổng đang tạm gián đoạn. Xin thử lại sau ít giây.")
    if request.path_info.startswith("/api/"):
        return problem(503, sentence)
    if request.path_info.startswith("/open311/"):
        return error_answer(request.path_info.rpartition(".")[2], Refused(503, sentence))
    values = {"reference": reference, "address": request.get_full_path(), "is_sent": request.method == "POST"}
    if _may_be_sent_again(request):
        values |= {
            "typed": list(_typed(request)),
            "token": get_token(request),
            "had_files": bool(stopped(request) or request.FILES),
        }
    return HttpResponse(render_to_string("errors/503.html", values), status=503)


def _may_be_sent_again(request: HttpRequest) -> bool:
    """Only forms whose CSRF token was checked: otherwise another site could fill in the form that our button sends.
    Never a form with a password."""
    is_checked = request.method == "POST" and getattr(request, "csrf_processing_done", False)
    return is_checked and not any("password" in name for name in request.POST)


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken":
            yield from ((name, str(value)) for value in values)
