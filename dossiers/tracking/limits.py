"""Limits of the public look-up: failures count, what is right never does (accounts/limits/attempts.py).

What opens a dossier, a case or a booking is proved by `has_proved`, whatever page asks for it.
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
"""From everybody: a secret is one of 190 million, so that one dossier's takes centuries to guess."""
BY_CODE_WITH_DIGITS: Final = (Rate(20, DAY),)
"""From everybody: four digits are one of ten thousand, so that one dossier's are guessed with 1 in 500 a day."""
CODES_BY_TAIL: Final = (Rate(20, DAY),)
"""Of one visitor: who knows a telephone number must not find its dossiers by trying all codes of a desk."""
BY_VISITOR: Final = (Rate(600, HOUR),)
"""Over all codes, far above what a shared address mistypes: random digits at random codes, and the table's size."""
CODES_ASKED: Final = (Rate(60, HOUR),)


def count_code_asked(*, visitor: str, at: datetime) -> None:
    """Counts a code that a visitor asks for without a secret, whether somebody has it or not. Raises TooManyTries."""
    count_try(limits=[Limit("look-up: codes asked", (visitor,), CODES_ASKED)], at=at)


@transaction.atomic
def has_proved(*, visitor: str, code: str, at: datetime, proof: Callable[[], bool], digits: str = "") -> bool:
    """Whether `proof` holds, which counts as a try of this visitor at this code unless it does. `digits`: the end of a
    telephone number, where that was typed. Raises TooManyTries, without asking for the proof, beyond a limit.

    In one transaction: until it is known whether the try was right, another one at the same code waits.
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
