"""Checks at the start: without keys the portal can neither register nor open denunciations, and a wrong address would
leave the mailbox silently unread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from accounts.checks import fernet_key_errors

MISSING, MALFORMED, NO_MAILBOX = "complaints.E001", "complaints.E002", "complaints.E003"


def check_sealing_keys(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    without = "denunciations cannot be sealed, and those in the database not be opened."
    return fernet_key_errors("SEALING_KEYS", without=without, ids=(MISSING, MALFORMED))


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
