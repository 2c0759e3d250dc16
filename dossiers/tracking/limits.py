"""Limits of the public look-up: only failed attempts count (accounts/limits/attempts.py).

Every page that unlocks a dossier, a case or a booking calls `has_proved`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.limits.attempts import (
    DAY,
    HOUR,
    MINUTE,
    Limit,
    Rate,
    count_try,
    give_back,
    has_tried,
)

BY_DIGITS: Final = "look-up: code, by digits"
BY_TAIL: Final = "look-up: visitor and digits"

BY_VISITOR_AND_CODE: Final = (Rate(5, MINUTE), Rate(20, DAY))
BY_CODE: Final = (Rate(1000, DAY),)
"""From all visitors: a secret is one of 190 million, so guessing one takes centuries."""
BY_CODE_WITH_DIGITS: Final = (Rate(20, DAY),)
"""From all visitors: four digits are one of ten thousand, so the chance to guess them is 1 in 500 a day."""
CODES_BY_TAIL: Final = (Rate(20, DAY),)
"""Per visitor: a telephone number must not lead to its dossiers by trying all codes of a desk."""
BY_VISITOR: Final = (Rate(600, HOUR),)
"""Over all codes, far above the typing errors behind a shared address: limits random guessing and the table's size."""
CODES_ASKED: Final = (Rate(60, HOUR),)


def count_code_asked(*, visitor: str, at: datetime) -> None:
    """Counts a code that a visitor looks up without a secret, whether it exists or not. Raises TooManyTries."""
    count_try(limits=[Limit("look-up: codes asked", (visitor,), CODES_ASKED)], at=at)


@transaction.atomic
def has_proved(*, visitor: str, code: str, at: datetime, proof: Callable[[], bool], digits: str = "") -> bool:
    """Whether `proof` holds; if not, counts as a failed attempt of this visitor at this code. `digits`: the typed end
    of a telephone number, if any. Raises TooManyTries beyond a limit, without calling `proof`.

    In one transaction, so that a parallel attempt at the same code waits for the outcome.
    """
    limits = _limits(visitor, code, digits, at)
    count_try(limits=limits, at=at)
    if not proof():
        return False
    give_back(limits=limits, at=at)
    return True


def _limits(visitor: str, code: str, digits: str, at: datetime) -> list[Limit]:
    limits = [
        Limit("look-up: visitor", (visitor,), BY_VISITOR),
        Limit("look-up: visitor and code", (visitor, code), BY_VISITOR_AND_CODE),
    ]
    if not digits:
        return [*limits, Limit("look-up: code", (code,), BY_CODE)]
    # codes are counted, not tries: digits mistyped twice at one code are one code
    once = Limit("look-up: visitor, digits and code", (visitor, digits, code), (BY_VISITOR_AND_CODE[-1],))
    limits += [once, Limit(BY_DIGITS, (code,), BY_CODE_WITH_DIGITS)]
    return limits if has_tried(limit=once, at=at) else [*limits, Limit(BY_TAIL, (visitor, digits), CODES_BY_TAIL)]
