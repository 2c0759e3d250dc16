"""Signed addresses in e-mails, which open a case without its secret; nothing is stored.

The signature covers the random key of the row: a new secret renews it, and earlier addresses no longer work.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare

from complaints.models import Case

OPEN: Final = "complaints.letter.open"


def signed_path(case: Case, language: str) -> str:
    """The path that opens the reporter's page of this case, in that language; for letters to the reporter only."""
    with translation.override(language):
        return reverse("complaints:open_by_letter", args=[case.code, _token(case, settings.SECRET_KEY)])


def is_valid_token(text: str, case: Case) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(text, _token(case, key)) for key in keys)


def _token(case: Case, key: str | bytes) -> str:
    return signing.Signer(key=key, salt=OPEN).signature(f"{case.code}:{case.link_key}")
