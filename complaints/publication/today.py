"""How many cases were due by the end of a day, and how many were answered. Reads only; no personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from complaints.clock.states import RUNNING
from complaints.models import Case
from units.clock.days import day_bounds, local_day


@dataclass(frozen=True, slots=True)
class DueToday:
    """Plain cases due by the end of a local day: how many, and how many of them were answered."""

    owed: int
    answered: int


def today(at: datetime) -> DueToday | None:
    """None on a day with nothing due and nothing answered; one query."""
    first, next_day = day_bounds(local_day(at))
    answered = Q(answered_at__gte=first, answered_at__lt=next_day)
    owing = Q(status__in=sorted(RUNNING), next_due_at__lt=next_day)
    # the conditions are written twice: as a filter they use two indexes instead of reading all cases
    rows = Case.objects.plain().filter(answered | owing)
    counts = rows.aggregate(answered=Count("pk", filter=answered), open=Count("pk", filter=owing))
    owed = counts["answered"] + counts["open"]
    return DueToday(owed, counts["answered"]) if owed else None
