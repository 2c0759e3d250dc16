"""What opens a dossier to its owner: the secret printed on the slip, or the end of the telephone number given with it.

The secret is short enough to type on a telephone and made by the system's random source.
"""

from __future__ import annotations

import hmac
import re
import secrets

from accounts.citizens.identity import plain

# No vowels, D or W: Vietnamese keyboards change pairs of them into other letters. No 0, 1, I, L, O: they look alike.
ALPHABET = "BCGHKMNPQRSTVXYZ23456789"
LENGTH = 6

TAIL = 4
"""Digits at the end of a telephone number that its owner may type instead of the secret."""

_NO_SECRET = "-" * LENGTH
_NO_TAIL = "-" * TAIL


def new_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_right(typed: str, secret: str | None) -> bool:
    """Compare in constant time; lower case and blanks are understood. False, by the same work, without a secret."""
    same = hmac.compare_digest(_tidy(typed).encode(), (secret or _NO_SECRET).encode())
    return same and secret is not None


def tail_in(typed: str) -> str:
    """The four digits, where this is meant as the end of a telephone number, else "". No secret looks like it."""
    tidy = _tidy(typed)
    return tidy if re.fullmatch(rf"[0-9]{{{TAIL}}}", tidy) else ""


def ends(typed: str, phone: str | None) -> bool:
    """Whether the telephone number ends so; as `is_right`. Never for a dossier without a number."""
    digits = re.sub(r"[^0-9]", "", plain(phone or ""))
    tail = digits[-TAIL:] if len(digits) > TAIL else _NO_TAIL
    same = hmac.compare_digest(_tidy(typed).encode(), tail.encode())
    return same and tail != _NO_TAIL


def _tidy(typed: str) -> str:
    return re.sub(r"\s+", "", plain(typed)).upper()
