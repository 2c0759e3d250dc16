"""Requests to the identity provider: what it publishes about itself, its keys, and the exchange of a code.

Nothing is cached: signing in is rare, three requests are short, and a new key of the provider works at once.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings

from accounts.provider.refusals import Reason, Refused

LONGEST_ANSWER: Final = 200_000
CONNECT_SECONDS: Final = 3
TOTAL_SECONDS: Final = 6
DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    authorize: str
    token: str
    keys: str
    end_session: str
    """Empty where the provider knows no sign-out."""
    takes_basic: bool


def read_metadata() -> Metadata:
    """What the provider publishes. Raises Refused: another's metadata could lead the code to that other."""
    answer = _asked("GET", f"{settings.OIDC_ISSUER.rstrip('/')}{DISCOVERY}")
    if answer.get("issuer") != settings.OIDC_ISSUER:
        raise Refused(Reason.METADATA)
    methods = answer.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        authorize=_address(answer, "authorization_endpoint"),
        token=_address(answer, "token_endpoint"),
        keys=_address(answer, "jwks_uri"),
        end_session=_address(answer, "end_session_endpoint") if answer.get("end_session_endpoint") else "",
        takes_basic="client_secret_basic" in methods,
    )


def exchange_code(*, metadata: Metadata, code: str, verifier: str, redirect_uri: str) -> str:
    """The ID token for a code. The access token beside it is not read: nothing is asked of the provider with it.
    Raises Refused."""
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "client_id": settings.OIDC_CLIENT_ID,
    }
    auth = None
    if metadata.takes_basic:
        auth = (quote(settings.OIDC_CLIENT_ID, safe=""), quote(settings.OIDC_CLIENT_SECRET, safe=""))
    else:
        sent["client_secret"] = settings.OIDC_CLIENT_SECRET
    token = _asked("POST", metadata.token, refused=Reason.CODE, data=sent, auth=auth).get("id_token")
    if not isinstance(token, str):
        raise Refused(Reason.MALFORMED)
    return token


def read_keys(metadata: Metadata) -> list[dict[str, Any]]:
    """Raises Refused."""
    keys = _asked("GET", metadata.keys).get("keys")
    if not isinstance(keys, list):
        raise Refused(Reason.METADATA)
    return [key for key in keys if isinstance(key, dict)]


def _address(answer: dict[str, Any], name: str) -> str:
    """Over TLS where the issuer is."""
    address = answer.get(name)
    if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(settings.OIDC_ISSUER).scheme:
        raise Refused(Reason.METADATA)
    return address


def _asked(method: str, address: str, *, refused: Reason = Reason.METADATA, **options: Any) -> dict[str, Any]:
    """The JSON object it answers with. In a thread of its own: the caller's may have a loop already."""
    try:
        with ThreadPoolExecutor(max_workers=1) as thread:
            status, body = thread.submit(lambda: asyncio.run(_ask(method, address, **options))).result()
    except (TimeoutError, httpx.HTTPError) as away:
        raise Refused(Reason.AWAY) from away
    except httpx.InvalidURL as odd:
        raise Refused(Reason.METADATA) from odd
    if status >= 500:
        raise Refused(Reason.AWAY)
    if status != 200:
        raise Refused(refused)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Refused(Reason.MALFORMED) from broken
    if not isinstance(answer, dict):
        raise Refused(Reason.MALFORMED)
    return answer


@cache
def _tls() -> SSLContext:
    """Once for each process: reading the authorities takes 30 ms."""
    return httpx.create_ssl_context(trust_env=False)


async def _ask(method: str, address: str, **options: Any) -> tuple[int, bytes]:
    """The whole wait is bounded, however slowly the bytes come; only a loop that can be cancelled gives that."""
    limits = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    body = b""
    async with (
        asyncio.timeout(TOTAL_SECONDS),
        httpx.AsyncClient(timeout=limits, trust_env=False, verify=_tls()) as client,
        client.stream(method, address, headers={"Accept": "application/json"}, **options) as answer,
    ):
        async for piece in answer.aiter_bytes(LONGEST_ANSWER):
            body += piece
            if len(body) > LONGEST_ANSWER:
                break
        return answer.status_code, body
