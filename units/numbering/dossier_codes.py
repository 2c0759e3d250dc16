"""Codes with running numbers: 1, 2, 3 … in every unit every day, without a gap and without a double."""

from datetime import date

from django.db import connection, transaction

from units.codes import dossier_code
from units.models import Unit

# One question for the template and the number: every registration at a desk waits for this row.
_NEXT = """
    WITH made_like AS (
        SELECT unit_id, prefix, template FROM units_codetemplate
        WHERE unit_id = %(unit)s AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
    )
    INSERT INTO units_daycounter (unit_id, day, last) SELECT unit_id, %(day)s, 1 FROM made_like
    ON CONFLICT (unit_id, day) DO UPDATE SET last = units_daycounter.last + 1
    RETURNING last, (SELECT prefix FROM made_like), (SELECT template FROM made_like)
"""


def next_code(unit: Unit, on: date) -> str | None:
    """The code of the next dossier of a unit on a day; None when no template is in force there on that day.

    The counter's row stays locked until the caller's transaction ends: a rollback gives the number back, and others
    wait their turn. Raises TransactionManagementError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number may only be taken inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"unit": unit.pk, "day": on})
        taken = cursor.fetchone()
    if taken is None:
        return None
    number, prefix, template = taken
    return dossier_code(prefix, on=on, number=number, template=template)
