"""What opens a dossier or a case to its owner: the secret on its slip, or the end of the telephone number given there.

A secret is short enough to type on a telephone and made by the system's random source. Only its keyed hash is stored,
so nobody can show it a second time: a reprint gives a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

from django.conf import settings

from accounts.citizens.identity import plain

# No vowels, D or W: Vietnamese keyboards change pairs of them into other letters. No 0, 1, I, L, O: they look alike.
ALPHABET: Final = "BCGHKMNPQRSTVXYZ23456789"
RANDOM_SIGNS: Final = 9
"""Of 24 signs each: 41 bits."""
LENGTH: Final = RANDOM_SIGNS + 1
"""With the check sign. Secrets of six signs without one were given until 2026 and are still accepted."""

TAIL: Final = 4
"""Digits at the end of a telephone number that its owner may type instead of the secret."""

_NO_HASH: Final = bytes(hashlib.sha256().digest_size)
_NO_TAIL: Final = "-" * TAIL


def new_secret() -> str:
    signs = random_signs(RANDOM_SIGNS)
    return signs + check_sign(signs)


def random_signs(number: int) -> str:
    """So many random signs that are easy to type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(number))


def check_sign(signs: str) -> str:
    """The sign that makes one mistyped sign evident (ISO 7064, hybrid system, for an alphabet of 24)."""
    size = len(ALPHABET)
    carried = size
    for sign in signs:
        carried = 2 * ((carried + ALPHABET.index(sign)) % size or size) % (size + 1)
    return ALPHABET[(1 - carried) % size]


def is_mistyped(typed: str) -> bool:
    """Whether the check sign proves a typing error. No dossier is asked, so the answer helps nobody to guess."""
    tidy = _tidy(typed)
    is_whole = len(tidy) == LENGTH and set(tidy) <= set(ALPHABET)
    return is_whole and check_sign(tidy[:-1]) != tidy[-1]


def printed(secret: str) -> str:
    """As people read it: in two groups."""
    half = LENGTH // 2
    return f"{secret[:half]} {secret[half:]}" if len(secret) == LENGTH else secret


def hashed(secret: str, code: str) -> bytes:
    """The keyed hash to store. It differs for every code, so equal secrets have different hashes."""
    return _hashed(settings.SECRET_HASH_KEYS[0], code, secret)


def opens(typed: str, code: str, stored: bytes | memoryview | None) -> bool:
    """Whether this is the secret of the row with this code; lower case, blanks and hyphens are understood.

    Takes the same time for right and wrong ones; `stored` is None for a row without a secret or no row at all.
    """
    found = bytes(stored or _NO_HASH)
    same = [hmac.compare_digest(_hashed(key, code, typed), found) for key in settings.SECRET_HASH_KEYS]
    return any(same) and stored is not None


def tail_in(typed: str) -> str:
    """The four digits, where this is meant as the end of a telephone number, else "". No secret looks like it."""
    tidy = _tidy(typed)
    return tidy if re.fullmatch(rf"[0-9]{{{TAIL}}}", tidy) else ""


def ends(typed: str, phone: str | None) -> bool:
    """Whether the telephone number ends so; as `opens`. Never for a dossier without a number."""
    digits = re.sub(r"[^0-9]", "", plain(phone or ""))
    tail = digits[-TAIL:] if len(digits) > TAIL else _NO_TAIL
    same = hmac.compare_digest(_tidy(typed).encode(), tail.encode())
    return same and tail != _NO_TAIL


def _hashed(key: str, code: str, secret: str) -> bytes:
    return hmac.digest(key.encode(), f"{code}:{_tidy(secret)}".encode(), "sha256")


def _tidy(typed: str) -> str:
    return re.sub(r"[\s\-‐-―]+", "", plain(typed)).upper()
