"""Recognises values received before without storing them: keyed hashes (HMAC-SHA256).

The key is the portal's own, so a copy of the tables alone does not allow guessing the values. Hashes of an old key are
recognised while that key is in `SECRET_KEY_FALLBACKS`.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def fingerprint(namespace: str, value: str) -> str:
    """64 hexadecimal digits; `namespace` keeps hashes of different things apart."""
    return _hmac(settings.SECRET_KEY, namespace, value)


def fingerprints(namespace: str, value: str) -> list[str]:
    """One for every key, that of the current key first."""
    return [_hmac(key, namespace, value) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hmac(key: str, namespace: str, value: str) -> str:
    return hmac.new(key.encode(), f"{namespace}\0{value}".encode(errors="surrogateescape"), hashlib.sha256).hexdigest()
