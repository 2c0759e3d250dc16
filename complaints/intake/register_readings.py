"""Records who saw which register of citizens received."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from complaints.models import RegisterReading
from units.models import Unit


def note_register_readings(*, shown: Iterable[tuple[Unit, int]], user: User, page: str, at: datetime) -> None:
    """Record who saw how many entries that name citizens, of which units; nothing for none. One query."""
    RegisterReading.objects.bulk_create(
        RegisterReading(unit=unit, user=user, page=page, rows=rows, at=at) for unit, rows in shown if rows
    )
