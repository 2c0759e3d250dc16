"""The time of a change, given to the database: its triggers that record changes read no clock."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def set_change_time(at: datetime) -> None:
    """To the end of this transaction the triggers that record changes of the calendar and the catalogue write `at`.

    They refuse a change whose time was not given. The setting is local to the transaction, so that a pooled connection
    never carries a time into the next request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('motcua.at', %s, true)", [at.isoformat()])
