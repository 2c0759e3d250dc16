"""A secret that a test knows: rows hold only the hash of theirs."""

from __future__ import annotations

from typing import Final

from accounts.citizens.secret import check_sign, hashed
from dossiers.models import Dossier

SIGNS: Final = "BCGHKMNPQ"
KNOWN: Final = SIGNS + check_sign(SIGNS)


def secret_of(row: Dossier) -> str:
    """Makes `KNOWN` the secret of the row, and ends nothing that was opened."""
    row.secret_hash = hashed(KNOWN, row.code)
    type(row).objects.filter(pk=row.pk).update(secret_hash=row.secret_hash)
    return KNOWN
