"""Seeds of second factors are encrypted in the database, with keys of their own (`SECOND_FACTOR_KEYS`).

The first key encrypts, every key decrypts. Fernet is AES-128-CBC with HMAC-SHA256, from the `cryptography` package.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotDecrypt(RuntimeError):
    """No given key decrypts this seed: its key was taken away."""


def encrypt_text(text: str) -> str:
    return _fernet(tuple(settings.SECOND_FACTOR_KEYS)).encrypt(text.encode()).decode()


def decrypt_text(encrypted: str) -> str:
    """Raises CannotDecrypt."""
    try:
        return _fernet(tuple(settings.SECOND_FACTOR_KEYS)).decrypt(encrypted.encode()).decode()
    except InvalidToken as unknown:
        raise CannotDecrypt("a seed cannot be decrypted with the keys given") from unknown


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
