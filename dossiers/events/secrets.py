"""Gives a dossier a new secret. It exists in clear only in the answer to this request: on paper or on one page."""

from __future__ import annotations

from uuid import uuid4

from accounts.citizens.secret import hashed, new_secret
from dossiers.models import Dossier


def give_secret(*, dossier: Dossier) -> str:
    """Returns the new secret. Ends the old one, the addresses of feed and calendar, and what browsers have opened."""
    secret = new_secret()
    dossier.secret_hash, dossier.link_key = hashed(secret, dossier.code), uuid4()
    Dossier.objects.filter(pk=dossier.pk).update(secret_hash=dossier.secret_hash, link_key=dossier.link_key)
    return secret
