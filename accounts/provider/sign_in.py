"""Signing in by the identity provider: leading there, and judging what comes back (code flow with PKCE).

One attempt at a time waits in the session, for ten minutes: its state, nonce and verifier are random, belong to this
browser alone, and are removed before anything that came back is looked at.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import SUBJECT_LENGTH, ProviderIdentity
from accounts.provider.endpoints import exchange_code, read_keys, read_metadata
from accounts.provider.id_token import Expected, read_id_token
from accounts.provider.refusals import Reason, Refused

ATTEMPT: Final = "provider_attempt"
"""Key of the session."""
LASTS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    identity: ProviderIdentity
    sid: str
    id_token: str
    end_session: str
    next: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class _Attempt:
    nonce: str
    verifier: str
    next: str
    begun_at: datetime


def begin(*, session: SessionBase, redirect_uri: str, next_page: str, at: datetime) -> str:
    """Where to lead the browser. Raises Refused.

    `prompt=login`: the provider asks who is there, even where somebody has signed in to it before. Computers at
    counters are shared, and a session that the provider still remembers may be the colleague's.
    """
    metadata = read_metadata()
    attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    session[ATTEMPT] = attempt | {"next": next_page, "at": at.isoformat()}
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": attempt["state"],
        "nonce": attempt["nonce"],
        "code_challenge": _challenge(attempt["verifier"]),
        "code_challenge_method": "S256",
        "prompt": "login",
    }
    if settings.OIDC_ACR:
        asked["acr_values"] = " ".join(settings.OIDC_ACR)
    return f"{metadata.authorize}{'&' if '?' in metadata.authorize else '?'}{urlencode(asked)}"


def finish(*, session: SessionBase, answered: Mapping[str, str], redirect_uri: str, at: datetime) -> SignedIn:
    """Who has signed in, by what the browser brought back from the provider. Raises Refused."""
    attempt = _attempt(session, answered.get("state", ""), at)
    if answered.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise Refused(Reason.ISSUER)
    if "code" not in answered:
        raise Refused(Reason.CANCELLED if answered.get("error") == "access_denied" else Reason.DENIED)
    metadata = read_metadata()
    token = exchange_code(
        metadata=metadata, code=answered["code"], verifier=attempt.verifier, redirect_uri=redirect_uri
    )
    expected = Expected(
        issuer=settings.OIDC_ISSUER,
        client_id=settings.OIDC_CLIENT_ID,
        nonce=attempt.nonce,
        strengths=settings.OIDC_ACR,
        asked_at=attempt.begun_at,
    )
    claims = read_id_token(token, read_keys(metadata), expected, at)
    rows = ProviderIdentity.objects.filter(issuer=settings.OIDC_ISSUER, subject=claims["sub"])
    found = rows.select_related("person").first()
    if found is None:
        raise Refused(Reason.UNKNOWN, claims["sub"])
    sid = str(claims.get("sid", ""))[:SUBJECT_LENGTH]
    return SignedIn(found, sid, token, metadata.end_session, attempt.next, attempt.begun_at)


def _attempt(session: SessionBase, state: str, at: datetime) -> _Attempt:
    """The attempt that `state` belongs to; it can be used once."""
    waiting = session.get(ATTEMPT)
    if waiting is None or not compare_digest(waiting["state"].encode(), state.encode()):
        raise Refused(Reason.STATE)
    del session[ATTEMPT]
    begun_at = datetime.fromisoformat(waiting["at"])
    if at > begun_at + LASTS:
        raise Refused(Reason.STATE)
    return _Attempt(waiting["nonce"], waiting["verifier"], waiting["next"], begun_at)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
