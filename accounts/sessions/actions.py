"""Beginning and ending sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.citizens.visitors import address_of
from accounts.ledger import record
from accounts.models import AccountEvent, BrowserSession, User
from accounts.sessions.devices import device_of
from accounts.sessions.store import SessionStore

OWN_DEVICE: Final = "own_device"
"""In the session, from the sign-in form until the last step: whether only this person uses the device."""


def connect() -> None:
    user_logged_in.connect(_begin, dispatch_uid="accounts.sessions")


def _begin(request: HttpRequest, **_: Any) -> None:
    session = request.session
    assert isinstance(session, SessionStore)
    session.begin(
        address=address_of(request.META, settings.NUM_PROXIES)[:60],
        device=device_of(request.META.get("HTTP_USER_AGENT", "")),
        is_own_device=bool(session.pop(OWN_DEVICE, False)),
        at=timezone.now(),
    )


def end_session(*, person: User, handle: str) -> bool:
    """Ends one of the person's own sessions; False where there is none of that name."""
    keys = [row.session_key for row in BrowserSession.objects.of(person) if row.handle == handle]
    return bool(BrowserSession.objects.filter(session_key__in=keys).delete()[0])


def end_other_sessions(*, person: User, but: str = "") -> int:
    """Ends all of the person's sessions but the one with the key `but`; returns how many."""
    return BrowserSession.objects.of(person).exclude(session_key=but).delete()[0]


@transaction.atomic
def end_sessions_of(*, person: User, actor: User, at: datetime) -> int:
    """An administrator ends all of somebody's sessions; returns how many were open."""
    rows = BrowserSession.objects.of(person)
    ended = rows.open(at).count()
    rows.delete()
    record(AccountEvent.Kind.SESSIONS_ENDED, person=person, actor=actor, at=at)
    return ended
