"""Checks at the start: without keys the portal can neither register nor open denunciations, and a wrong address would
leave the mailbox silently unread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

MISSING, MALFORMED, NO_MAILBOX = "complaints.E001", "complaints.E002", "complaints.E003"
HINT = (
    'Make one with: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())" and set'
    " SEALING_KEYS to it; a new one goes in front of the old ones, separated by a comma."
)


def check_sealing_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """An error for no key, and one for each that is none. A key is never printed, only its place."""
    keys = settings.SEALING_KEYS
    if not keys:
        missing = "SEALING_KEYS is empty: denunciations cannot be sealed, and those in the database not be opened."
        return [Error(missing, hint=HINT, id=MISSING)]
    return [
        Error(f"Key {place} of SEALING_KEYS is no Fernet key: 32 bytes in URL-safe base64.", hint=HINT, id=MALFORMED)
        for place, key in enumerate(keys, 1)
        if not _is_key(key)
    ]


def check_mailbox(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """An error where `IMAP_URL` names no mailbox; it is never printed, for it holds a password."""
    if not settings.IMAP_URL or _is_mailbox(settings.IMAP_URL):
        return []
    hint = "imaps://NAME:PASSWORD@HOST/INBOX, or imap+starttls:// or imap://; signs an address cannot hold as %XX."
    return [Error("IMAP_URL names no mailbox.", hint=hint, id=NO_MAILBOX)]


def _is_mailbox(url: str) -> bool:
    try:
        place = urlsplit(url)
        _port = place.port
    except ValueError:
        return False
    return place.scheme in {"imaps", "imap", "imap+starttls"} and bool(place.hostname and place.username)


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
