"""The badge that says what the deadline of a case is now."""

from __future__ import annotations

from datetime import datetime

from complaints.models import Case
from dossiers.explanation.wording import Badge, due_badge
from units.clock.working_calendar import WorkingCalendar


def case_badge(case: Case, at: datetime, calendar: WorkingCalendar) -> Badge:
    """What the deadline of a case says now, in words with a drawing."""
    if case.is_waiting:
        return Badge("neutral", "pause", str(case.get_status_display()))
    if case.next_due_at is None:
        return Badge("ok", "tick", str(case.get_status_display()))
    return due_badge(case.next_due_at, at, calendar)
