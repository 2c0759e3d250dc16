"""Checks at the start: without their keys, parts of the portal would fail only when somebody needs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

MISSING, MALFORMED = "accounts.E001", "accounts.E002"
HASH_MISSING, HASH_TOO_SHORT = "accounts.E011", "accounts.E012"
PROVIDER_NOT_TLS, PROVIDER_WITHOUT_CLIENT = "accounts.E021", "accounts.E022"
GUESSABLE: Final = "accounts.E031"
SHORTEST_HASH_KEY: Final = 32
SHORTEST_SECRET_KEY, FEWEST_SIGNS = 50, 10
"""Characters of `SECRET_KEY`, and different ones among them: Django's own measure, which only warns."""
NEW_FERNET_KEY: Final = "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"


def check_second_factor_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    without = "second factors can be neither set up nor used."
    return fernet_key_errors("SECOND_FACTOR_KEYS", without=without, ids=(MISSING, MALFORMED))


def check_hash_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    return _key_errors(
        "SECRET_HASH_KEYS",
        without="the secrets of slips cannot be hashed.",
        fault=f"has fewer than {SHORTEST_HASH_KEY} signs.",
        is_good=lambda key: len(key) >= SHORTEST_HASH_KEY,
        make="import secrets; print(secrets.token_urlsafe(48))",
        ids=(HASH_MISSING, HASH_TOO_SHORT),
    )


def check_secret_key(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """It signs links and cookies of staff: one that can be guessed lets anybody sign (ASVS 5.0, 11.2.3)."""
    key: str = settings.SECRET_KEY
    if len(key) >= SHORTEST_SECRET_KEY and len(set(key)) >= FEWEST_SIGNS:
        return []
    hint = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    fault = f"SECRET_KEY has fewer than {SHORTEST_SECRET_KEY} characters, or fewer than {FEWEST_SIGNS} different ones."
    return [Error(fault, hint=hint, id=GUESSABLE)]


def check_provider(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Of sign-in by an identity provider: over TLS, except on this machine, and by a client that is registered."""
    if not settings.OIDC_ISSUER:
        return []
    errors: list[CheckMessage] = []
    issuer = urlsplit(settings.OIDC_ISSUER)
    if issuer.scheme != "https" and issuer.hostname not in {"localhost", "127.0.0.1"}:
        errors.append(Error("OIDC_ISSUER is no https address.", id=PROVIDER_NOT_TLS))
    if not (settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET):
        hint = "Set what the provider gave when this portal was registered there."
        errors.append(Error("OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is empty.", hint=hint, id=PROVIDER_WITHOUT_CLIENT))
    return errors


def fernet_key_errors(setting: str, *, without: str, ids: tuple[str, str]) -> list[CheckMessage]:
    """Errors for a setting that holds Fernet keys. `without`: what is impossible where it is empty; `ids`: of the
    error for no key, and of that for a malformed one."""
    return _key_errors(
        setting,
        without=without,
        fault="is no Fernet key: 32 bytes in URL-safe base64.",
        is_good=_is_fernet_key,
        make=NEW_FERNET_KEY,
        ids=ids,
    )


def _key_errors(
    setting: str, *, without: str, fault: str, is_good: Callable[[str], bool], make: str, ids: tuple[str, str]
) -> list[CheckMessage]:
    """An error for no key, unless this process needs none, and one for each that is none. A key is never printed, only
    its place."""
    keys: list[str] = getattr(settings, setting)
    if not keys and setting in settings.KEYS_WITHHELD:
        return []
    hint = (
        f'Make one with: python -c "{make}" and set {setting} to it; a new one goes in front of the old ones,'
        " separated by a comma."
    )
    missing, malformed = ids
    if not keys:
        return [Error(f"{setting} is empty: {without}", hint=hint, id=missing)]
    return [
        Error(f"Key {place} of {setting} {fault}", hint=hint, id=malformed)
        for place, key in enumerate(keys, 1)
        if not is_good(key)
    ]


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
