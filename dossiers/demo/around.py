"""What goes on around the dossiers of the demo: somebody is away, a day off is about to be decided."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.actions import delegate
from accounts.models import Membership
from dossiers.models import DossierLeg, local_day
from units.actions import add_draft_day, open_calendar_draft, submit_draft
from units.calendars import working_calendar
from units.models import CalendarDay, CalendarDraft

Role = Membership.Role


def leave_and_holiday(now: datetime) -> None:
    """A colleague is ill and another one stands in; a short day waits for the approval of a second person."""
    _leave(now)
    _holiday(now)


def _leave(now: datetime) -> None:
    """The busiest officer who has a colleague in the same unit."""
    today = local_day(now)
    legs = DossierLeg.objects.in_hand().filter(assignee__isnull=False)
    for leg in legs.select_related("assignee", "unit").order_by("-due_at")[:50]:
        held = Membership.objects.in_force(today).filter(unit=leg.unit, role=Role.SPECIALIST, user__is_active=True)
        deputy = held.exclude(user=leg.assignee).select_related("user").order_by("pk").first()
        if deputy and leg.assignee and held.filter(user=leg.assignee).exists():
            until = today + timedelta(days=6)
            delegate(
                absent=leg.assignee, deputy=deputy.user, unit=leg.unit, since=today, until=until, reason="Nghỉ ốm"
            )
            return


def _holiday(now: datetime) -> None:
    author = Membership.objects.filter(role=Role.ADMINISTRATOR).select_related("user").order_by("pk").first()
    if author is None or CalendarDraft.objects.open().exists():
        return
    day = working_calendar().nth_working_day(local_day(now), 8)
    while CalendarDay.objects.filter(day=day).exists():
        day = working_calendar().next_working_day(day)
    draft = open_calendar_draft(
        title="Làm việc nửa ngày để tập huấn", source="Thông báo của cơ quan", author=author.user, at=now
    )
    kind, reason = CalendarDay.Kind.SHORT, "Tập huấn cải cách thủ tục hành chính"
    add_draft_day(draft=draft, actor=author.user, day=day, kind=kind, reason=reason, closes_at=time(12), at=now)
    submit_draft(draft=draft, actor=author.user, at=now)
