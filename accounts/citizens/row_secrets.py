"""The secret of a dossier, case or booking, and what browsers have opened with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import uuid4

from django.utils.crypto import salted_hmac

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
