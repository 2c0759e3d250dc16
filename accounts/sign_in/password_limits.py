"""How often a password may be tried before none is looked at; a right one never counts (accounts/limits/attempts.py).

Names are counted as they are typed, whether somebody has them or not. What a stranger does at somebody's name never
shuts out that person where they signed in before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from accounts.limits.attempts import (
    DAY,
    HOUR,
    MINUTE,
    Limit,
    Rate,
    count_try,
    give_back,
    has_tried,
    remember,
)

BY_NAME: Final = "sign-in: name"
BY_VISITOR: Final = "sign-in: visitor"

VISITOR_AND_NAME_RATES: Final = (Rate(5, 5 * MINUTE), Rate(20, DAY))
NAME_RATES: Final = (Rate(50, HOUR),)
"""From everybody: half of what OWASP's ASVS 4.0 (2.2.1) lets an account take; a stranger shuts a name for an hour."""
VISITOR_RATES: Final = (Rate(30, 10 * MINUTE), Rate(300, DAY))
"""At all names together: one password tried at many, but also an office of a hundred people at one address."""
KNOWN_FOR: Final = timedelta(days=30)


def count_password(*, name: str, visitor: str, at: datetime) -> list[Limit]:
    """Counts a password that is about to be looked at, and returns what it counts towards. Raises TooManyTries."""
    limits = [Limit("sign-in: visitor and name", (visitor, _spelled(name)), VISITOR_AND_NAME_RATES)]
    if not has_tried(limit=_known(name, visitor), at=at):
        limits += [Limit(BY_NAME, (_spelled(name),), NAME_RATES), Limit(BY_VISITOR, (visitor,), VISITOR_RATES)]
    count_try(limits=limits, at=at)
    return limits


def accept_password(*, limits: Sequence[Limit], name: str, visitor: str, at: datetime) -> None:
    """The password counted at that moment was right: it no longer counts, and the person is known there."""
    give_back(limits=limits, at=at)
    remember(limit=_known(name, visitor), at=at)


def _known(name: str, visitor: str) -> Limit:
    return Limit("sign-in: known", (visitor, _spelled(name)), (Rate(1, KNOWN_FOR),))


def _spelled(name: str) -> str:
    """As names are compared when a person is looked for."""
    return name.strip().lower()
