"""When the clerk started a dossier whose result is given at once: its time of receipt, signed and sent by the form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.dateparse import parse_datetime

SALT: Final = "dossiers.opening"
LONGEST_AT_COUNTER: Final = timedelta(hours=2)


def sign_start(key: str, offering_id: int, at: datetime) -> str:
    """Signs the time at which the page showed a procedure, for one form, so that nobody can send an earlier
    receipt."""
    return signing.Signer(salt=SALT).sign_object([key, offering_id, at.isoformat()])


def read_start(signed: str, key: str, offering_id: int) -> datetime | None:
    """The signed time (aware); None when missing, forged, or of another form or procedure."""
    try:
        of_key, of_offering, moment = signing.Signer(salt=SALT).unsign_object(signed)
    except signing.BadSignature:
        return None
    if (of_key, of_offering) != (key, offering_id):
        return None
    return parse_datetime(moment)


def receipt_moment(opened: datetime | None, at: datetime) -> datetime:
    """When the dossier counts as received: never later than `at`, and at most two hours before it, since a page may
    stay open since the morning. `at` without a signed time."""
    return min(max(opened or at, at - LONGEST_AT_COUNTER), at)
