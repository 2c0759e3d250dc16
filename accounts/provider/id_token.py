"""Judges an ID token (OpenID Connect Core 1.0, 3.1.3.7). Pure: keys, expectation and time are given.

The signature is checked although the token came straight from the provider over TLS, where the standard lets it be:
so that whoever sits between the two can neither make nor change one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

import jwt
from jwt.types import Options

from accounts.provider.refusals import Reason, Refused

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a pair of keys: by "none" or HS256 anybody, or whoever knows the client's secret, could sign."""
ID_TOKEN, LOGOUT_TOKEN = (None, "jwt"), ("logout+jwt",)
"""What the header may call each kind (`typ`), so that none is taken for the other."""
SIGNED_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TOKEN_LASTS: Final = timedelta(minutes=2)
CLOCKS_DIFFER: Final = timedelta(minutes=1)
Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    nonce: str
    strengths: Sequence[str]
    """Values of `acr` that are enough; none: the portal asks for its own second step."""
    asked_at: datetime


def read_id_token(token: str, keys: Sequence[dict[str, Any]], expected: Expected, at: datetime) -> Claims:
    """Its claims. Raises Refused."""
    claims = _verified(token, keys, ID_TOKEN)
    _check_parties(claims, expected.issuer, expected.client_id)
    _check_times(claims, expected, at)
    if not compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise Refused(Reason.NONCE)
    if expected.strengths and claims.get("acr") not in expected.strengths:
        raise Refused(Reason.STRENGTH)
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise Refused(Reason.MALFORMED)
    return claims


def read_logout_token(
    token: str, keys: Sequence[dict[str, Any]], *, issuer: str, client_id: str, at: datetime
) -> tuple[str, str]:
    """Whose sessions end (OpenID Connect Back-Channel Logout 1.0, 2.6): subject and session, one of which may be
    empty. Raises Refused."""
    claims = _verified(token, keys, LOGOUT_TOKEN)
    _check_parties(claims, issuer, client_id)
    issued, now, leeway = _seconds(claims, "iat"), at.timestamp(), CLOCKS_DIFFER.total_seconds()
    if issued - leeway > now:
        raise Refused(Reason.FUTURE)
    if min(_seconds(claims, "exp"), issued + LOGOUT_TOKEN_LASTS.total_seconds()) + leeway <= now:
        raise Refused(Reason.EXPIRED)
    events, subject, sid = claims.get("events"), claims.get("sub", ""), claims.get("sid", "")
    if not isinstance(events, dict) or SIGNED_OUT not in events or "nonce" in claims:
        raise Refused(Reason.MALFORMED)
    if not isinstance(subject, str) or not isinstance(sid, str) or not subject + sid:
        raise Refused(Reason.MALFORMED)
    return subject, sid


def _check_parties(claims: Claims, issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise Refused(Reason.ISSUER)
    if claims.get("aud") not in (client_id, [client_id]):
        raise Refused(Reason.AUDIENCE)


def _verified(token: str, keys: Sequence[dict[str, Any]], kinds: tuple[str | None, ...]) -> Claims:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as broken:
        raise Refused(Reason.MALFORMED) from broken
    algorithm, key_id, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if (kind.lower() if isinstance(kind, str) else kind) not in kinds:
        raise Refused(Reason.MALFORMED)
    if algorithm not in ALGORITHMS:
        raise Refused(Reason.SIGNATURE)
    key = next((key for key in keys if key.get("use", "sig") == "sig" and key.get("kid") == key_id), None)
    if key is None:
        raise Refused(Reason.KEY)
    try:
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        claims: Claims = jwt.decode(token, jwt.PyJWK(key, algorithm), algorithms=[algorithm], options=unchecked)
    except (jwt.InvalidSignatureError, jwt.InvalidKeyError, jwt.PyJWKError) as forged:
        raise Refused(Reason.SIGNATURE) from forged
    except (jwt.InvalidTokenError, TypeError, ValueError) as broken:
        raise Refused(Reason.MALFORMED) from broken
    return claims


def _check_times(claims: Claims, expected: Expected, at: datetime) -> None:
    now, leeway = at.timestamp(), CLOCKS_DIFFER.total_seconds()
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires + leeway <= now:
        raise Refused(Reason.EXPIRED)
    if max(issued, _seconds(claims, "nbf", issued)) - leeway > now:
        raise Refused(Reason.FUTURE)
    if _seconds(claims, "auth_time", now) + leeway < expected.asked_at.timestamp():
        raise Refused(Reason.OLD)


def _seconds(claims: Claims, name: str, default: float | None = None) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(Reason.MALFORMED)
    return value
