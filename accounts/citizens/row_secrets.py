"""The secret of a dossier, case or booking, what browsers have opened with it, and addresses that open without it.

A new secret renews the random key of the row, over which cookies and addresses are signed: earlier ones end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.citizens.secret import hashed, new_secret


class SecretRow(Protocol):
    """A row that its owner opens with a secret: `code`, `secret_hash`, `link_key`."""

    code: Any
    secret_hash: Any
    link_key: Any

    def save(self, *, update_fields: Iterable[str]) -> None: ...


def give_secret(*, row: SecretRow) -> str:
    """Returns the new secret, which exists in clear only in the answer to this request: on paper or on one page.

    Ends the old one, the links signed over the row's key, and what browsers have opened.
    """
    secret = new_secret()
    row.secret_hash, row.link_key = hashed(secret, row.code), uuid4()
    row.save(update_fields=("secret_hash", "link_key"))
    return secret


def browser_mark(row: SecretRow, purpose: str) -> str:
    """What a browser's cookie holds for a row it has opened; another one after the row's key was renewed."""
    return salted_hmac(purpose, f"{row.code}:{row.link_key}", algorithm="sha256").hexdigest()[:32]


def link_token(row: SecretRow, purpose: str) -> str:
    """The token of an address that opens the row without its secret."""
    return _signature(row, purpose, settings.SECRET_KEY)


def is_link_token(text: str, row: SecretRow, purpose: str) -> bool:
    """After a change of SECRET_KEY, SECRET_KEY_FALLBACKS keeps earlier addresses valid."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(text, _signature(row, purpose, key)) for key in keys)


def _signature(row: SecretRow, purpose: str, key: str | bytes) -> str:
    return signing.Signer(key=key, salt=purpose).signature(f"{row.code}:{row.link_key}")
