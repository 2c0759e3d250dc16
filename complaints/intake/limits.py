"""How often a visitor may send a case or book a reception."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.limits.attempts import MINUTE, Limit, Rate, count_try

SENDINGS: Final = (Rate(5, MINUTE),)


def count_sending(*, visitor: str, at: datetime) -> None:
    """Counts what a visitor sends, reports and bookings together. Raises TooManyTries after five within a minute."""
    count_try(limits=[Limit("sending", (visitor,), SENDINGS)], at=at)
