"""Encrypting what the law keeps a secret: who denounces, and in which words or handwriting.

Keys come from the environment (`SEALING_KEYS`), never from the database: whoever has a copy of the tables has nothing.
The first key encrypts, every key opens: a new key is put in front, and `manage.py reseal_boxes` turns all boxes over
to it. Fernet (AES-128-CBC with HMAC-SHA256) is that of the `cryptography` package.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotOpen(RuntimeError):
    """No key opens this box: it was sealed by one that is no longer given."""


def sealed(said: dict[str, Any]) -> bytes:
    """A box that holds a JSON object."""
    return _locks().encrypt(json.dumps(said, ensure_ascii=False).encode())


def opened(box: bytes | memoryview) -> dict[str, Any]:
    """What is in a box. Raises CannotOpen."""
    try:
        said: dict[str, Any] = json.loads(_locks().decrypt(bytes(box)))
    except InvalidToken as unknown:
        raise CannotOpen("a box cannot be opened with the keys given") from unknown
    return said


def sealed_bytes(data: bytes) -> bytes:
    return _locks().encrypt(data)


def opened_bytes(box: bytes | memoryview) -> bytes:
    """Raises CannotOpen."""
    try:
        return _locks().decrypt(bytes(box))
    except InvalidToken as unknown:
        raise CannotOpen("a box cannot be opened with the keys given") from unknown


def resealed(box: bytes | memoryview) -> bytes:
    """The same content under the first key. Raises CannotOpen."""
    try:
        return _locks().rotate(bytes(box))
    except InvalidToken as unknown:
        raise CannotOpen("a box cannot be opened with the keys given") from unknown


def _locks() -> MultiFernet:
    return _made(tuple(settings.SEALING_KEYS))


@lru_cache(maxsize=4)
def _made(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
