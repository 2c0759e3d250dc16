"""Sessions that began by the identity provider: noted when they begin, ended when it says so."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ProviderIdentity, ProviderSession, User
from accounts.provider.sign_in import SignedIn
from accounts.second_factor.encryption import encrypt_text

PROVIDER: Final = "provider"
"""Key of the session: who was signed in by the provider, where it ends its own session, and the ID token, encrypted,
that says whose."""
NO_SESSION_LASTS_LONGER: Final = timedelta(days=1)


def connect() -> None:
    user_logged_in.connect(_note, dispatch_uid="accounts.provider")


def remember(request: HttpRequest, signed_in: SignedIn) -> None:
    """Until the last step of signing in, and then as long as the session lasts."""
    request.session[PROVIDER] = {
        "person": signed_in.identity.person_id,
        "sid": signed_in.sid,
        "address": signed_in.end_session,
        "token": encrypt_text(signed_in.id_token),
    }


def _note(request: HttpRequest, user: User, **_: Any) -> None:
    """Not where somebody else signs in by a password after the second step was given up."""
    known = request.session.get(PROVIDER)
    identity = ProviderIdentity.objects.filter(person=user).first() if known else None
    if known is None or identity is None or known["person"] != user.pk:
        request.session.pop(PROVIDER, None)
        return
    at, key = timezone.now(), request.session.session_key
    assert key is not None
    identity.sessions.filter(began_at__lt=at - NO_SESSION_LASTS_LONGER).delete()
    ProviderSession.objects.create(identity=identity, session_key=key, sid=known["sid"], began_at=at)


@transaction.atomic
def end_by_provider(*, subject: str, sid: str) -> None:
    """Ends the sessions that began by this session of the provider, or all of this account there."""
    rows = ProviderSession.objects.filter(identity__issuer=settings.OIDC_ISSUER)
    rows = rows.filter(sid=sid) if sid else rows
    _end(rows.filter(identity__subject=subject) if subject else rows)


def end_of_identity(identity: ProviderIdentity) -> None:
    _end(ProviderSession.objects.filter(identity=identity))


def _end(rows: QuerySet[ProviderSession]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in rows:
        store(row.session_key).delete()
        row.delete()
