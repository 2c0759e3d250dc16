"""Codes of an authenticator app (RFC 6238): right once, within their half minute and the ones beside it.

allauth remembers used codes in Redis for 30 seconds, which is shorter than a code is accepted for and ends with Redis:
here the last used interval is part of the row that holds the seed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.second_factor.encryption import decrypt_text

PERIOD: Final = 30  # seconds
TOLERANCE: Final = 1
"""Intervals before and after the present one: RFC 6238, 5.2, allows one for slow typing and clocks that differ."""
CLOCK_OFF: Final = 15 * 60 // PERIOD
"""How far a clock may be off for the message to say so."""
SPENT, ANNOUNCED = "last_interval", "announced_intervals"
"""In `Authenticator.data`: the last interval whose code was used; later ones whose code was typed too early."""


def code_of(secret: str, at: datetime) -> str:
    """What an app with this seed shows at that moment."""
    return str(format_hotp_value(hotp_value(secret, int(at.timestamp()) // PERIOD)))


class Verdict(Enum):
    RIGHT = auto()
    WRONG = auto()
    USED = auto()
    PHONE_SLOW = auto()
    PHONE_FAST = auto()


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    interval: int = 0
    """To which the code belongs; 0 for a wrong one."""
    minutes: int = 0
    """By how much the clock of the phone seems to be off."""


def judge(secret: str, code: str, at: datetime, *, spent: int = 0, announced: Collection[int] = ()) -> Judged:
    """The verdict on `code` at that moment; `spent` and `announced` as in the row."""
    now = int(at.timestamp()) // PERIOD
    near_first = sorted(range(now - CLOCK_OFF, now + CLOCK_OFF + 1), key=lambda interval: abs(interval - now))
    for interval in near_first:
        if constant_time_compare(format_hotp_value(hotp_value(secret, interval)), code):
            return _judged(interval, now, spent, announced)
    return Judged(Verdict.WRONG)


def _judged(interval: int, now: int, spent: int, announced: Collection[int]) -> Judged:
    off = interval - now
    if abs(off) <= TOLERANCE:
        is_used = interval <= spent or interval in announced
        return Judged(Verdict.USED if is_used else Verdict.RIGHT, interval)
    minutes = max(1, round(abs(off) * PERIOD / 60))
    return Judged(Verdict.PHONE_FAST if off > 0 else Verdict.PHONE_SLOW, interval, minutes)


@transaction.atomic
def use_code(*, person: User, code: str, at: datetime) -> tuple[Judged, Authenticator | None]:
    """Judges a code of this person's app; a right one is used up. With the row, or None where no app is set up."""
    row = Authenticator.objects.select_for_update().filter(user=person, type=Authenticator.Type.TOTP).first()
    if row is None:
        return Judged(Verdict.WRONG), None
    data: dict[str, Any] = row.data
    announced = [one for one in data.get(ANNOUNCED, ()) if one >= int(at.timestamp()) // PERIOD - TOLERANCE]
    judged = judge(decrypt_text(data["secret"]), code, at, spent=data.get(SPENT, 0), announced=announced)
    if judged.verdict is Verdict.RIGHT:
        data[SPENT] = judged.interval
    elif judged.verdict is Verdict.PHONE_FAST:
        # The message gives away that this code will be right: it never will be.
        data[ANNOUNCED] = [*announced, judged.interval]
    else:
        return judged, row
    row.save(update_fields=["data"])
    return judged, row


def spend(*, person: User, interval: int) -> None:
    """The code by which the app was set up does not sign anybody in as well."""
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    row.data[SPENT] = interval
    row.save(update_fields=["data"])
