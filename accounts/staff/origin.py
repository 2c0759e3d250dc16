"""From which session and network address a person reads: stored with each reading as keyed hashes.

After a theft of a session or a password the operator asks what was read through it; nobody else can, for without the
key the hashes say nothing.
"""

from __future__ import annotations

import hmac
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from accounts.citizens.visitors import address_of

HASH_LENGTH: Final = 16
SESSION, ADDRESS = "session", "address"


class Origin(NamedTuple):
    session: bytes
    address: bytes


def origin_of(request: HttpRequest) -> Origin:
    key = request.session.session_key or ""
    return Origin(hashes(SESSION, key)[0], hashes(ADDRESS, address_of(request.META, settings.NUM_PROXIES))[0])


def hashes(sort: str, value: str) -> list[bytes]:
    """The hash by each key that is in use, the newest first."""
    text = f"reading:{sort}:{value}".encode()
    return [hmac.digest(key.encode(), text, "sha256")[:HASH_LENGTH] for key in settings.SECRET_HASH_KEYS]
