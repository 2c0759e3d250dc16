"""Telephone numbers as they are stored and looked up. Pure."""

from __future__ import annotations

import re
from typing import Final

from accounts.citizens.identity import plain

LEAST_NUMBER: Final = 9
"""Digits of a whole number."""

_NOT_DIGITS: Final = re.compile(r"\D")


def tidy_phone(typed: str) -> str:
    """The digits, from home with a leading zero; as typed where it is no whole number."""
    spelled = plain(typed).strip()
    digits = _NOT_DIGITS.sub("", spelled)
    if spelled.startswith("+84") and len(digits) >= LEAST_NUMBER:
        digits = "0" + digits.removeprefix("84")
    return digits if len(digits) >= LEAST_NUMBER else spelled
