"""Gives a case a new secret. It exists in clear only in the answer to this request: on paper, on one page."""

from __future__ import annotations

from uuid import uuid4

from accounts.citizens.secret import hashed, new_secret
from complaints.models import Case


def give_secret(*, case: Case) -> str:
    """Returns the new secret. Ends the old one, the links of e-mails, and what browsers have opened."""
    secret = new_secret()
    case.secret_hash, case.link_key = hashed(secret, case.code), uuid4()
    Case.objects.filter(pk=case.pk).update(secret_hash=case.secret_hash, link_key=case.link_key)
    return secret
