"""A dossier's feed and calendar entry, at URLs with a token that only the unlocked page shows."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from dossiers.events.record import calendars_of
from dossiers.events.signed_links import is_feed_token
from dossiers.explanation.promise import changes_of
from dossiers.tracking.feeds.documents import Addresses, history_feed
from dossiers.tracking.feeds.documents import appointment as appointment_of
from dossiers.tracking.page import (
    TrackedDossier,
    public_dossier,
    public_history,
    with_history,
)
from procedures.result_date.calendar_entry import MEDIA_TYPE

ATOM = "application/atom+xml; charset=utf-8"


@require_safe
def feed(request: HttpRequest, code: str, token: str) -> HttpResponseBase:
    """The log, newest first, as Atom."""
    rows = _rows(code, token)
    content = history_feed(rows.dossier, public_history(rows), _addresses(request, code))
    return _answer(request, content, ATOM, rows.events[-1].at)


@require_safe
def appointment(request: HttpRequest, code: str, token: str) -> HttpResponseBase:
    """The due date as iCalendar; 404 while there is none."""
    rows = _rows(code, token)
    changes = changes_of(rows.events, calendars_of(rows.dossier.receiving_desk))
    changed_at = rows.events[-1].at
    content = appointment_of(rows.dossier, changes, _addresses(request, code), changed_at)
    if content is None:
        raise Http404
    return _answer(request, content, MEDIA_TYPE, changed_at)


def _rows(code: str, token: str) -> TrackedDossier:
    """The dossier with its history; the same Http404 for an unknown code and a wrong token."""
    dossier = public_dossier(code)
    if dossier is None or not is_feed_token(token, dossier):
        raise Http404
    return with_history(dossier)


def _addresses(request: HttpRequest, code: str) -> Addresses:
    page = request.build_absolute_uri(reverse("dossiers:tracking", args=[code]))
    return Addresses(page, request.build_absolute_uri(request.path))


def _answer(request: HttpRequest, content: bytes, kind: str, changed_at: datetime) -> HttpResponseBase:
    """The document, or 304; private, and never indexed by search engines."""
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    seconds = int(changed_at.timestamp())
    headers = {"ETag": etag, "Last-Modified": http_date(seconds), "X-Robots-Tag": "noindex"}
    answer = HttpResponse(content, content_type=kind, headers=headers)
    patch_cache_control(answer, private=True, no_cache=True)
    return get_conditional_response(request, etag=etag, last_modified=seconds, response=answer) or answer
