"""What was owed to citizens by the end of a day, and how much of it they got. Reads only; no person in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from complaints.clock.states import RUNNING
from complaints.models import Case
from units.clock.days import day_bounds, local_day


@dataclass(frozen=True, slots=True)
class Today:
    """Plain cases that something was owed to by the end of a local day: how many, and how many were answered."""

    owed: int
    answered: int


def today(at: datetime) -> Today | None:
    """None on a day on which nothing was owed and nothing answered; one query."""
    first, next_day = day_bounds(local_day(at))
    answered = Q(answered_at__gte=first, answered_at__lt=next_day)
    owing = Q(status__in=sorted(RUNNING), next_due_at__lt=next_day)
    # what is counted is named twice: the filter finds it by two indexes, without reading every case there ever was
    rows = Case.objects.plain().filter(answered | owing)
    counts = rows.aggregate(answered=Count("pk", filter=answered), open=Count("pk", filter=owing))
    owed = counts["answered"] + counts["open"]
    return Today(owed, counts["answered"]) if owed else None
