"""Checks at the start: without keys nobody can set up or use a second factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

MISSING, MALFORMED = "accounts.E001", "accounts.E002"
HINT = (
    'Make one with: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())" and set'
    " SECOND_FACTOR_KEYS to it; a new one goes in front of the old ones, separated by a comma."
)


def check_second_factor_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """An error for no key, and one for each that is none. A key is never printed, only its place."""
    keys = settings.SECOND_FACTOR_KEYS
    if not keys:
        missing = "SECOND_FACTOR_KEYS is empty: second factors can be neither set up nor used."
        return [Error(missing, hint=HINT, id=MISSING)]
    return [
        Error(
            f"Key {place} of SECOND_FACTOR_KEYS is no Fernet key: 32 bytes in URL-safe base64.",
            hint=HINT,
            id=MALFORMED,
        )
        for place, key in enumerate(keys, 1)
        if not _is_key(key)
    ]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
