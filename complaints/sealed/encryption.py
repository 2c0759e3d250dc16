"""Encrypting what the law keeps a secret: who denounces, and in which words or handwriting.

Keys come from the environment (`SEALING_KEYS`), never from the database: a copy of the tables alone opens nothing.
The first key encrypts, every key decrypts: put a new key in front, then `manage.py reseal_boxes` encrypts all boxes
with it. Fernet is AES-128-CBC with HMAC-SHA256, from the `cryptography` package.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotOpen(RuntimeError):
    """No given key decrypts this box: its key was taken away."""


def encrypt_json(value: dict[str, Any]) -> bytes:
    return encrypt_bytes(json.dumps(value, ensure_ascii=False).encode())


def decrypt_json(box: bytes | memoryview) -> dict[str, Any]:
    """Raises CannotOpen."""
    value: dict[str, Any] = json.loads(decrypt_bytes(box))
    return value


def encrypt_bytes(data: bytes) -> bytes:
    return _fernet(tuple(settings.SEALING_KEYS)).encrypt(data)


def decrypt_bytes(box: bytes | memoryview) -> bytes:
    """Raises CannotOpen."""
    return _with_keys(MultiFernet.decrypt, box)


def reencrypt(box: bytes | memoryview) -> bytes:
    """The same content encrypted with the first key. Raises CannotOpen."""
    return _with_keys(MultiFernet.rotate, box)


def _with_keys(operation: Callable[[MultiFernet, bytes], bytes], box: bytes | memoryview) -> bytes:
    try:
        return operation(_fernet(tuple(settings.SEALING_KEYS)), bytes(box))
    except InvalidToken as unknown:
        raise CannotOpen("a box cannot be opened with the keys given") from unknown


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
