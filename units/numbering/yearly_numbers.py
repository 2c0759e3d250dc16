"""Running numbers of slips and of the yearly book: per unit and year, without a gap and without a double."""

from __future__ import annotations

from django.db import connection, transaction

BOOK = "book"

_NEXT = """
    INSERT INTO dossiers_yearcounter (unit_id, series, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (unit_id, series, year) DO UPDATE SET last = dossiers_yearcounter.last + 1
    RETURNING last
"""


def next_number(unit_id: int, series: str, year: int) -> int:
    """The next number of a series; given back when the transaction rolls back, others wait their turn.

    Raises TransactionManagementError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number may only be taken inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [unit_id, series, year])
        (number,) = cursor.fetchone()
    return int(number)
