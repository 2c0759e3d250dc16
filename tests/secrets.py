"""A secret that a test knows: rows hold only the hash of theirs."""

from __future__ import annotations

import re
from typing import Final

from accounts.citizens.secret import ALPHABET, check_sign, hashed, opens
from complaints.models import Booking, Case
from dossiers.models import Dossier

SIGNS: Final = "BCGHKMNPQ"
KNOWN: Final = SIGNS + check_sign(SIGNS)


def secret_of(row: Dossier | Case | Booking) -> str:
    """Makes `KNOWN` the secret of the row, and ends nothing that was opened."""
    row.secret_hash = hashed(KNOWN, row.code)
    type(row)._default_manager.filter(pk=row.pk).update(secret_hash=row.secret_hash)
    return KNOWN


def shows_secret(page: str, row: Dossier | Case | Booking) -> bool:
    """Whether the page, or the text of a paper, holds the secret that opens the row now."""
    row.refresh_from_db(fields=["secret_hash"])
    found = re.findall(rf"[{ALPHABET}]{{5}}\s[{ALPHABET}]{{5}}", page)
    return any(opens(one, row.code, row.secret_hash) for one in found)
