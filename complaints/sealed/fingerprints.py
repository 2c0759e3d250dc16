"""Recognising something seen before without keeping it: keyed hashes of the identifiers that others gave.

The key is the portal's own, so nobody with a copy of the tables alone can try out who or what is behind one. After a
change of the key what was hashed with an old one is still recognised while that stands in `SECRET_KEY_FALLBACKS`.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def fingerprint(what: str, said: str) -> str:
    """Sixty-four hexadecimal signs; `what` keeps hashes of different things apart."""
    return _made(settings.SECRET_KEY, what, said)


def fingerprints(what: str, said: str) -> list[str]:
    """Those of every key given, that of today first."""
    return [_made(key, what, said) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _made(key: str, what: str, said: str) -> str:
    return hmac.new(key.encode(), f"{what}\0{said}".encode(errors="surrogateescape"), hashlib.sha256).hexdigest()
