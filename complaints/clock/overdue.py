"""When a case is overdue ("quá hạn"), for one case and for many.

Its clock runs, and the deadline of the next decision or answer is past. A case that waits for its reporter or is
suspended is not overdue.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import Q

from complaints.clock.states import RUNNING, Status


class HasDeadline(Protocol):
    @property
    def state(self) -> Status: ...
    @property
    def next_due_at(self) -> datetime | None: ...


def is_overdue(case: HasDeadline, at: datetime) -> bool:
    return case.state in RUNNING and case.next_due_at is not None and case.next_due_at < at


def overdue(at: datetime) -> Q:
    return Q(status__in=sorted(RUNNING), next_due_at__lt=at)
