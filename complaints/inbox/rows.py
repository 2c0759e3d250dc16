"""The work list of the inbox: tabs, counts and rows, by deadline. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Final

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from complaints.clock.overdue import overdue
from complaints.clock.states import OPEN, RUNNING, WAITING, Status
from complaints.explanation.badge import case_badge
from complaints.models import Case, CaseQuerySet, CaseText
from complaints.models.people import TextSort
from complaints.permissions import WORKING_ROLES
from dossiers.explanation.wording import Badge
from units.clock.days import day_bounds, local_day
from units.clock.working_calendar import WorkingCalendar
from units.codes import normalise

PAGE: Final = 50
LATE, TODAY, SOON, NEW, WAITS, DRAFTS, ALL = "tre", "hom-nay", "sap-den", "moi", "cho", "cho-duyet", "tat-ca"
MINE = "toi"
MOST_TYPED: Final = 80


@dataclass(frozen=True, slots=True)
class InboxTab:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """`subject`: the first words of a plain case; empty for a sealed one."""

    case: Case
    subject: str
    kind: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class Inbox:
    tabs: list[InboxTab]
    rows: list[CaseRow]
    total: int
    page: int
    pages: int


def work_of(user: User) -> CaseQuerySet:
    """The open cases of the units this person works for, those on their way there, and the sealed ones they handle;
    for an official who works for none the open ones they may read."""
    units = user.unit_ids_as(*WORKING_ROLES)
    if not user.has_role(*WORKING_ROLES) and user.has_role(Membership.Role.OFFICIAL):
        return Case.objects.open().visible_to(user)
    here = Q(is_sealed=False) & (Q(unit__in=units) | Q(passed_to__in=units))
    return Case.objects.open().filter(here) | Case.objects.open().sealed_for(user)


def find_by_code(typed: str, user: User) -> Case | None:
    """The case of a code in whatever spelling, open or ended, where this person sees it."""
    code = normalise(typed[:MOST_TYPED])
    return Case.objects.visible_to(user).filter(code=code).first() if code else None


def conditions(at: datetime, calendar: WorkingCalendar) -> dict[str, Q]:
    running = Q(status__in=sorted(RUNNING))
    tomorrow = day_bounds(local_day(at))[1]
    third = calendar.nth_closing(local_day(at), 3)[0]
    return {
        LATE: overdue(at),
        TODAY: running & Q(next_due_at__gte=at, next_due_at__lt=tomorrow),
        SOON: running & Q(next_due_at__gte=tomorrow, next_due_at__lte=third),
        NEW: Q(status=Status.NEW.value),
        WAITS: Q(status__in=sorted(WAITING)),
        DRAFTS: Q(draft__gt=0),
        ALL: Q(status__in=sorted(OPEN)),
    }


def labels() -> dict[str, str]:
    return {
        LATE: _("Quá hạn"),
        TODAY: _("Hôm nay"),
        SOON: _("3 ngày tới"),
        NEW: _("Mới nhận"),
        WAITS: _("Đang chờ"),
        DRAFTS: _("Chờ duyệt trả lời"),
        ALL: _("Tất cả"),
    }


def read_inbox(
    work: CaseQuerySet, *, tab: str, page: int, at: datetime, calendar: WorkingCalendar, filters: Q | None = None
) -> Inbox:
    """Three queries, however many rows there are: counts, one page of rows, their first words."""
    wanted = conditions(at, calendar)
    chosen = work.filter(filters) if filters is not None else work
    counts: dict[str, Any] = {f"n_{place}": Count("pk", filter=one) for place, one in enumerate(wanted.values())}
    totals = dict(zip(wanted, chosen.aggregate(**counts).values(), strict=True))
    total = totals[tab]
    pages = max(1, ceil(total / PAGE))
    number = min(max(page, 1), pages)
    rows = chosen.filter(wanted[tab]).select_related("unit", "passed_to", "assignee", "category")
    found = list(rows.order_by(F("next_due_at").asc(nulls_last=True), "pk")[(number - 1) * PAGE : number * PAGE])
    subjects = first_words(found)
    return Inbox(
        tabs=[InboxTab(key, label, totals[key]) for key, label in labels().items()],
        rows=[_row(case, subjects.get(case.pk, ""), at, calendar) for case in found],
        total=total,
        page=number,
        pages=pages,
    )


def first_words(cases: list[Case]) -> dict[int, str]:
    """The subject, or the beginning of the content, of plain cases; one query."""
    rows = CaseText.objects.filter(
        case__in=[case.pk for case in cases if not case.is_sealed], sort__in=[TextSort.SUBJECT, TextSort.CONTENT]
    ).order_by("-sort")
    found: dict[int, str] = {}
    for key, text in rows.values_list("case_id", "text"):
        found.setdefault(key, text[:120])
    return found


def _row(case: Case, subject: str, at: datetime, calendar: WorkingCalendar) -> CaseRow:
    return CaseRow(case, subject, str(case.get_kind_display()), case_badge(case, at, calendar))
