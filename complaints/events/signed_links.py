"""Signed addresses in e-mails, which open a case without its secret (`accounts.citizens.row_secrets`)."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils import translation

from accounts.citizens.row_secrets import is_link_token, link_token
from complaints.models import Case

OPEN: Final = "complaints.letter.open"


def signed_path(case: Case, language: str) -> str:
    """The path that opens the reporter's page of this case, in that language; for letters to the reporter only."""
    with translation.override(language):
        return reverse("complaints:open_by_letter", args=[case.code, link_token(case, OPEN)])


def is_valid_token(text: str, case: Case) -> bool:
    return is_link_token(text, case, OPEN)
