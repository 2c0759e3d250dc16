"""How passwords are stored: Argon2id, and PBKDF2 for those set before, which are renewed at the next sign-in."""

from __future__ import annotations

from threading import Lock
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher

# A password costs tens of milliseconds of a core and 19 MiB. When everybody signs in at eight, the threads of a
# process wait for each other, so that other pages keep their share of the processor and memory stays bounded.
ONE_AT_A_TIME: Final = Lock()


class OneArgon2AtATime(Argon2PasswordHasher):
    """Argon2id with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane."""

    memory_cost = 19_456  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with ONE_AT_A_TIME:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with ONE_AT_A_TIME:
            return super().verify(password, encoded)


class OnePbkdf2AtATime(PBKDF2PasswordHasher):
    """Reads the hashes of earlier releases. Its `verify` calls `encode`, so one lock covers both."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with ONE_AT_A_TIME:
            return super().encode(password, salt, iterations)
