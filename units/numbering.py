"""Running numbers of a unit: 1, 2, 3 … every day, without a gap and without a double."""

from datetime import date

from django.db import connection, transaction

from units.models import Unit

_NEXT = """
    INSERT INTO units_daycounter (unit_id, day, last) VALUES (%s, %s, 1)
    ON CONFLICT (unit_id, day) DO UPDATE SET last = units_daycounter.last + 1
    RETURNING last
"""


def next_number(unit: Unit, on: date) -> int:
    """The next ordinal of a unit on a day, from 1.

    The counter's row stays locked until the caller's transaction ends: a rollback gives the number back, and others
    wait their turn. Raises TransactionManagementError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number may only be taken inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [unit.pk, on])
        (number,) = cursor.fetchone()
    return int(number)
