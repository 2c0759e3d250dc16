"""Finds keys that an earlier row of the file already has, in a temporary table: a file may have millions of rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from types import TracebackType
from typing import Final, Self, TypeVar

from django.db import connection

Key = TypeVar("Key", bound=Hashable)

_MAKE: Final = "CREATE TEMPORARY TABLE register_seen (key text PRIMARY KEY, number integer NOT NULL)"
_DROP: Final = "DROP TABLE IF EXISTS register_seen"
_TAKE: Final = """
    INSERT INTO register_seen SELECT * FROM unnest(%s::text[], %s::integer[]) ON CONFLICT DO NOTHING
"""
_TAKEN: Final = """
    SELECT given.place, earlier.number
    FROM unnest(%s::text[], %s::integer[]) WITH ORDINALITY AS given(key, number, place)
    JOIN register_seen AS earlier USING (key) WHERE earlier.number <> given.number
"""


class EarlierRows:
    """Codes and book numbers, each with the row that had it first."""

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute(_DROP)
            cursor.execute(_MAKE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(_DROP)

    def of_taken(self, taken: Iterable[tuple[str, int]]) -> dict[int, int]:
        """Stores keys of rows; returns the earlier row with the same key by the number of the later row."""
        keys, numbers = [], []
        for key, number in taken:
            keys.append(key)
            numbers.append(number)
        if not keys:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [keys, numbers])
            cursor.execute(_TAKEN, [keys, numbers])
            return {numbers[place - 1]: number for place, number in cursor.fetchall()}
