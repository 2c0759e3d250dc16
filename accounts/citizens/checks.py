"""Checks at the start: without a good key nobody could open a dossier with its secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

MISSING, TOO_SHORT = "accounts.E011", "accounts.E012"
SHORTEST: Final = 32
HINT = (
    'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))" and set SECRET_HASH_KEYS to it; a new'
    " one goes in front of the old ones, separated by a comma."
)


def check_hash_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """An error for no key, and one for each that is too short. A key is never printed, only its place."""
    keys = settings.SECRET_HASH_KEYS
    if not keys:
        return [Error("SECRET_HASH_KEYS is empty: the secrets of slips cannot be hashed.", hint=HINT, id=MISSING)]
    return [
        Error(f"Key {place} of SECRET_HASH_KEYS has fewer than {SHORTEST} signs.", hint=HINT, id=TOO_SHORT)
        for place, key in enumerate(keys, 1)
        if len(key) < SHORTEST
    ]
