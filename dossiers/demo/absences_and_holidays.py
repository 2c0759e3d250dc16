"""Absences and days off in the demo: somebody is away, one day off was taken back, another is about to be decided, and
the books of past years are closed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Min

from accounts.models import Membership, User
from accounts.roles.actions import delegate
from dossiers.book.actions import close_last_years_books
from dossiers.changes.calendar.actions import (
    ChangedDay,
    draft_change,
    publish_change,
    submit_change,
    undo_change,
)
from dossiers.changes.calendar.recalculation import WorkerCache, recalculate_next_batch
from dossiers.intake.last_registered import FOUND_FOR
from dossiers.models import Dossier, DossierLeg, DossierReading, YearCounter
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.clock.working_calendar import OFFICE_TIME
from units.models import CalendarDay, CalendarDraft, CalendarDraftDay
from units.numbering.yearly_numbers import BOOK

Role = Membership.Role


def leave_and_holiday(now: datetime) -> None:
    """A colleague is ill and another one is the deputy; a day off was published and taken back, so that some dossiers
    went to and fro; a short day waits for the approval of a second person."""
    _leave(now)
    author = Membership.objects.filter(role=Role.ADMINISTRATOR).select_related("user").order_by("pk").first()
    second = Membership.objects.filter(role=Role.OFFICIAL).select_related("user").order_by("pk").first()
    if author and second and not CalendarDraft.objects.open().exists():
        _taken_back(author.user, second.user, now)
        _holiday(author.user, now)


def close_past_books(now: datetime) -> None:
    """Close the books of earlier years, each on the first day of the year after; the very last thing: a closed book
    takes no number."""
    first = YearCounter.objects.filter(series=BOOK).aggregate(year=Min("year"))["year"]
    today = local_day(now)
    for year in range((first or today.year) + 1, today.year + 1):
        close_last_years_books(at=min(now, datetime(year, 1, 1, 0, 20, tzinfo=OFFICE_TIME)))


def print_last_receipts(now: datetime) -> None:
    """Clerks who registered dossiers lately have printed the last receipt: no counter opens with one left over."""
    lately = Dossier.objects.filter(submitted_at__gte=now - FOUND_FOR, registered_by__isnull=False)
    by_whom = ("registered_by_id", "receiving_desk_id")
    last = lately.order_by(*by_whom, "-submitted_at", "-pk").distinct(*by_whom)
    DossierReading.objects.bulk_create(
        DossierReading(dossier_id=pk, user_id=user, at=at, page="receipt", unit_id=desk, role=Role.CLERK)
        for pk, user, at, desk in last.values_list("pk", "registered_by", "submitted_at", "receiving_desk")
    )


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


def _taken_back(author: User, second: User, now: datetime) -> None:
    """A day off far enough away that only the dossiers with long terms are due after it."""
    day = _ordinary_day(now, 10)
    line = ChangedDay(day, CalendarDraftDay.Change.ADD, CalendarDay.Kind.HOLIDAY, "Mất điện toàn khu")
    draft = draft_change(
        title="Nghỉ một ngày vì sửa điện (mẫu)", source="Thông báo của cơ quan", first=line, author=author, at=now
    )
    submit_change(draft=draft, actor=author, at=now)
    _reckon(now)
    publish_change(draft=draft, actor=second, at=now)
    _reckon(now)
    undo_change(draft=draft, actor=second, at=now)
    _reckon(now)


def _holiday(author: User, now: datetime) -> None:
    line = ChangedDay(
        *(_ordinary_day(now, 8), CalendarDraftDay.Change.ADD, CalendarDay.Kind.SHORT),
        *("Tập huấn cải cách thủ tục hành chính", "", time(12)),
    )
    title, source = "Làm việc nửa ngày để tập huấn (mẫu)", "Thông báo của cơ quan"
    draft = draft_change(title=title, source=source, first=line, author=author, at=now)
    submit_change(draft=draft, actor=author, at=now)
    _reckon(now)


def _ordinary_day(now: datetime, ahead: int) -> date:
    """A working day of the usual hours, so many working days ahead or soon after."""
    day = working_calendar().nth_working_day(local_day(now), ahead)
    while CalendarDay.objects.filter(day=day).exists():
        day = working_calendar().next_working_day(day)
    return day


def _reckon(now: datetime) -> None:
    cache = WorkerCache()
    while recalculate_next_batch(cache=cache, at=now):
        pass
