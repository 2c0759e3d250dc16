"""The look-up secret printed on a slip: short enough to type on a telephone, made by the system's random source."""

from __future__ import annotations

import hmac
import re
import secrets

# No vowels, D or W: Vietnamese keyboards turn pairs of them into other letters. No 0, 1, I, L, O: they look alike.
ALPHABET = "BCGHKMNPQRSTVXYZ23456789"
LENGTH = 6

_NO_SECRET = "-" * LENGTH


def new_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_right(typed: str, secret: str | None) -> bool:
    """Compare in constant time; lower case and blanks are understood. False, by the same work, without a secret."""
    given = re.sub(r"\s+", "", typed).upper()
    same = hmac.compare_digest(given.encode(), (secret or _NO_SECRET).encode())
    return same and secret is not None
