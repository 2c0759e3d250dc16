"""Who is looking something up, as a keyed hash: enough to count, not enough to know."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping


def address_of(meta: Mapping[str, str], trusted_proxies: int) -> str:
    """The visitor's network address; with trusted proxies in front, the one that the outermost of them saw."""
    told = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trusted_proxies and told:
        return told[-min(trusted_proxies, len(told))]
    return meta.get("REMOTE_ADDR", "")


def visitor_key(address: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"look-up:" + address.encode(), hashlib.sha256).hexdigest()
