"""Django's middleware of sessions, which also notes when a session was last used."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.sessions.store import SessionStore

POLLING: Final = frozenset({"rows", "walk", "walk-cases"})
"""Ids of the elements that load themselves every few seconds: nobody has to sit there."""


class StaffSessions(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        assert isinstance(session, SessionStore)
        is_used = session.accessed and request.headers.get("HX-Trigger") not in POLLING
        if is_used and response.status_code < 500:  # a failed page may have found no database
            session.touch(timezone.now())
        return super().process_response(request, response)
