"""Locks for work that only one process at a time may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Task(IntEnum):
    """Numbers of advisory locks, distinct from those of other apps."""

    MAILBOX = 0x6D61696C
    CLEANING = 0x636C6E67
    BOOKLET = 0x626F6F6B


@contextmanager
def only_one(task: Task) -> Iterator[bool]:
    """Whether this process got the lock; it ends with this block, or with the connection of a worker that died."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [task])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [task])
