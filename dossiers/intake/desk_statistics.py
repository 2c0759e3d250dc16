"""How many dossiers a counter registered on one day, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q

from accounts.models import User
from dossiers.models import MOST_SECONDS, Dossier
from units.clock.days import day_bounds, local_day
from units.models import Unit


@dataclass(frozen=True, slots=True)
class CounterToday:
    """Dossiers of the counter and of its desk; `seconds`: the measured average. A person without a numbered counter
    counts as one."""

    counter: int
    desk: int
    seconds: int | None


def counter_today(desk: Unit, user: User, at: datetime) -> CounterToday:
    """Counts accepted dossiers of the local day of `at`; one query."""
    start, end = day_bounds(local_day(at))
    own = Q(registered_by__counter=user.counter) if user.counter else Q(registered_by=user)
    today = Dossier.objects.filter(desk=desk, received_at__gte=start, received_at__lt=end)
    figures = today.aggregate(
        counter=Count("pk", filter=own), desk=Count("pk"), seconds=Avg("counter_seconds", filter=own)
    )
    average = figures["seconds"]
    return CounterToday(figures["counter"], figures["desk"], None if average is None else round(average))


def read_seconds(typed: str) -> int | None:
    """The seconds measured by the page; None for no number or an impossible duration."""
    seconds = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
    return seconds if 1 <= seconds <= MOST_SECONDS else None
