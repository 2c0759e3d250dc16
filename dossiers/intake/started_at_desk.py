"""When a clerk began with a dossier whose result is given at once: the moment of its receipt, carried by the form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.dateparse import parse_datetime

SALT: Final = "dossiers.opening"
LONGEST_AT_COUNTER: Final = timedelta(hours=2)


def sign_opening(key: str, offering_id: int, at: datetime) -> str:
    """The moment the page showed a procedure, signed for this one form: nobody types an earlier receipt."""
    return signing.Signer(salt=SALT).sign_object([key, offering_id, at.isoformat()])


def read_opening(signed: str, key: str, offering_id: int) -> datetime | None:
    """The signed moment (aware); None when it is missing, forged, or of another form or procedure."""
    try:
        of_key, of_offering, moment = signing.Signer(salt=SALT).unsign_object(signed)
    except signing.BadSignature:
        return None
    if (of_key, of_offering) != (key, offering_id):
        return None
    return parse_datetime(moment)


def receipt_moment(opened: datetime | None, at: datetime) -> datetime:
    """When the dossier counts as received: never later than now, and a page left open since the morning says little:
    two hours at most lie between. `at` without a signed moment."""
    return min(max(opened or at, at - LONGEST_AT_COUNTER), at)
