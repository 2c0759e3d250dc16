"""How often a code of the second step may be tried: counted in PostgreSQL as passwords are.

The right password was typed already, so a code counts for the account whatever address it comes from:
many addresses are no way around. Passkeys cannot be guessed and stay open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from accounts.limits.attempts import DAY, MINUTE, Limit, Rate, count_try, give_back
from accounts.models import User
from accounts.sign_in.password_limits import VISITOR_AND_NAME_RATES

ACCOUNT_RATES: Final = (Rate(10, 15 * MINUTE), Rate(30, DAY))
"""Of a million codes three are right at once: thirty tries a day find one with a chance of 1 to 11,000."""


def count_code(*, person: User, visitor: str, at: datetime) -> list[Limit]:
    """Counts a code that is about to be looked at, and returns what it counts towards. Raises TooManyTries."""
    key = str(person.pk)
    limits = [
        Limit("second step: visitor and account", (visitor, key), VISITOR_AND_NAME_RATES),
        Limit("second step: account", (key,), ACCOUNT_RATES),
    ]
    count_try(limits=limits, at=at)
    return limits


def accept_code(*, limits: Sequence[Limit], at: datetime) -> None:
    """The code counted at that moment was right: it no longer counts."""
    give_back(limits=limits, at=at)
