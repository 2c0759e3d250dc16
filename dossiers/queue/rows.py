"""The rows, tabs and counts of the work queue. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from itertools import groupby
from math import ceil
from textwrap import shorten
from typing import Final

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.staff.operations import Operation
from accounts.staff.permissions import WORKING_ROLES
from dossiers.clock.legs import next_group
from dossiers.clock.overdue import is_overdue, step_ends
from dossiers.clock.states import RUNNING, WAITING, Status
from dossiers.explanation.wording import (
    Badge,
    apology_words,
    deadline_badge,
    late_words,
    step_late_words,
)
from dossiers.models import STATUS_LABELS, Dossier, DossierQuerySet
from dossiers.models.list_rows import ListedDossier, ListedLeg, listed
from dossiers.operations.many import SEND, TAKE
from dossiers.operations.registry import next_operation
from dossiers.queue.filters import (
    ALL,
    LATE,
    READY,
    SOON,
    TODAY,
    WAITS,
    FilterChoice,
    Filters,
    find_rows,
)
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.templatetags.portal_ui import icon
from units.texts.wording import UNKNOWN, clock_time, day_and_month, weekday_and_day

PAGE = 50
LONGEST_NAME: Final = 120

# Three marks: received, processed, ready; each "d" (done), "n" (now) or "" (to come).
_PROGRESS: Final = {
    **dict.fromkeys(Status, ("d", "n", "")),
    Status.SUBMITTED: ("n", "", ""),
    Status.ACCEPTED: ("n", "", ""),
    Status.DONE: ("d", "d", "n"),
    Status.RETURNED: ("d", "d", "d"),
}
_PIPS: Final = {
    status: format_html_join("", "<i{}></i>", ((format_html(' class="{}"', mark) if mark else "",) for mark in marks))
    for status, marks in _PROGRESS.items()
}

# Operations that a row does without opening the dossier, and their names in `operations.many`.
SENDS: Final = "chuyen"
_AT_ONCE: Final = {"nhan-ban-giao": TAKE, SENDS: SEND}


@dataclass(frozen=True, slots=True)
class QueueTab:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A dossier as a list prints it, all in words.

    `operation` is the slug of the person's next operation, `operation_label` its label; empty: only to open the
    dossier. `many` is its name in `operations.many`, where the row does it without opening. `only_asked`: the person's
    office is only consulted, so the row hides the applicant. `procedure` is shortened to what a list can show.
    `step_due`: when the current step is due, where that is before the citizen's date; `slow`: by how much it is late.
    `sent`: the unit to which it is on its way; `receiver`: the unit that gets it next by handing over. `apology`:
    lateness and apology.
    """

    dossier: ListedDossier = field(compare=False)  # rows that look the same are equal: the drawn row is cached by them
    code: str
    href: str
    badge: Badge
    drawing: str
    procedure: str
    whole_name: str
    applicant: str
    holder: str
    status: str
    pips: str
    received: str
    due_day: str
    due_time: str
    operation: str = ""
    operation_label: str = ""
    many: str = ""
    only_asked: bool = False
    step_due: datetime | None = None
    step_day: str = ""
    slow: str = ""
    sent: str = ""
    receiver: str = ""
    apology: str = ""

    def __getitem__(self, name: str) -> object:
        """Template look-ups try `row[name]` first; failing 30 times a row costs a third of drawing a new row. Text is
        escaped here, since Django's own escaping takes several times as long."""
        value = getattr(self, name)
        return SafeString(escape(value)) if type(value) is str else value


@dataclass(frozen=True, slots=True)
class QueueGroup:
    label: str
    rows: list[QueueRow]


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue. `total`: rows of the tab under the filters; `handled`: overdue rows that the person's
    units handle themselves, as counted on their dashboard."""

    tabs: list[QueueTab]
    choices: dict[str, list[FilterChoice]]
    groups: list[QueueGroup]
    total: int
    shown: int
    handled: int

    @property
    def operations(self) -> set[str]:
        """The next operations of the rows: the page offers these for many rows."""
        return {row.operation for group in self.groups for row in group.rows if row.operation}


def tab_labels() -> dict[str, str]:
    return {
        LATE: _("Quá hạn"),
        TODAY: _("Hôm nay"),
        SOON: _("3 ngày tới"),
        WAITS: _("Đang chờ"),
        READY: _("Chờ trả kết quả"),
        ALL: _("Tất cả"),
    }


def read_queue(
    work: DossierQuerySet, *, filters: Filters, page: int, at: datetime, calendar: WorkingCalendar, user: User
) -> Queue:
    """Reads the counts and one page of rows by two queries; three where `page` is past the last, which is then
    read."""
    units = user.unit_ids_as(*WORKING_ROLES)
    found = find_rows(work, filters, at, calendar, units=units, first=(page - 1) * PAGE, most=PAGE)
    total = found.totals[filters.tab]
    if total and not found.keys:
        last = (ceil(total / PAGE) - 1) * PAGE
        found = find_rows(work, filters, at, calendar, units=units, first=last, most=PAGE)
    dossiers = listed(found.keys)
    return Queue(
        tabs=[QueueTab(key, label, found.totals[key]) for key, label in tab_labels().items()],
        choices=found.choices,
        groups=list(_grouped(dossiers, at, calendar, user)),
        total=total,
        shown=len(dossiers),
        handled=found.handled,
    )


def _grouped(
    dossiers: Iterable[ListedDossier], at: datetime, calendar: WorkingCalendar, user: User
) -> Iterator[QueueGroup]:
    """Groups consecutive rows with the same heading."""
    for label, same in groupby(dossiers, key=lambda dossier: _heading(dossier, at)):
        yield QueueGroup(label, [_row(dossier, at, calendar, user) for dossier in same])


def _row(dossier: ListedDossier, at: datetime, calendar: WorkingCalendar, user: User) -> QueueRow:
    operation, only_asked = next_operation(user, dossier, dossier.legs), not dossier.is_worked_on_by(user)
    return row_of(dossier, at, calendar, operation, only_asked=only_asked)


def row_of(
    dossier: ListedDossier,
    at: datetime,
    calendar: WorkingCalendar,
    operation: Operation[Dossier] | None = None,
    *,
    only_asked: bool = False,
) -> QueueRow:
    """A dossier as a row, with the state of its legs."""
    legs = dossier.legs if dossier.state in RUNNING else ()
    sent = ", ".join(leg.unit.name for leg in legs if leg.on_its_way)
    ends = [step_ends(leg.accepted_at, leg.due_at, dossier.due_at) for leg in legs if leg.in_hand]
    due = min((end for end in ends if end and dossier.due_at and end < dossier.due_at), default=None)
    badge, language = deadline_badge(dossier, at, calendar, is_brief=True), get_language() or "vi"
    return QueueRow(
        dossier=dossier,
        code=dossier.code,
        href=_addresses(language).format(dossier.code),
        badge=badge,
        drawing=icon(badge.icon),
        procedure=short_name(dossier.procedure),
        whole_name=dossier.procedure,
        applicant=dossier.applicant_name,
        holder=dossier.holder.name,
        status=_status(dossier.state, language),
        pips=_PIPS[dossier.state],
        received=day_and_month(dossier.received_at, language) if dossier.received_at else UNKNOWN,
        due_day=day_and_month(dossier.due_at, language) if dossier.due_at else UNKNOWN,
        due_time=clock_time(dossier.due_at) if dossier.due_at else UNKNOWN,
        operation=operation.slug if operation else "",
        operation_label=str(operation.label) if operation else "",
        many=_AT_ONCE.get(operation.slug, "") if operation else "",
        only_asked=only_asked,
        step_due=due,
        step_day=_("bước này %(day)s") % {"day": day_and_month(due, language)} if due else "",
        slow=step_late_words(due, at, calendar) if due and due < at else "",
        sent=_("Đang chuyển đến %(unit)s, chưa nhận") % {"unit": sent} if sent else "",
        receiver=_receiver(legs, operation),
        apology=" · ".join(filter(None, (late_words(dossier), apology_words(dossier, at, calendar)))),
    )


def _receiver(legs: Sequence[ListedLeg], operation: Operation[Dossier] | None) -> str:
    """The unit that gets the dossier next; empty unless handing over is the next operation and no parallel leg is
    unfinished."""
    here = next((leg for leg in legs if leg.in_hand), None)
    if here is None or operation is None or operation.slug != SENDS:
        return ""
    return ", ".join(dict.fromkeys(leg.unit.name for leg in next_group(legs, here.position)))


@lru_cache(maxsize=64)
def _status(status: Status, language: str) -> str:
    """The label in the active language, which is a parameter for the cache only."""
    return str(STATUS_LABELS[status])


@lru_cache(maxsize=1024)
def short_name(name: str) -> str:
    """A procedure's name shortened between words to two or three lines of a list, with "…"."""
    return shorten(name, LONGEST_NAME, placeholder=" …")


@lru_cache(maxsize=8)
def _addresses(language: str) -> str:
    """The URL of a dossier's page in the active language, with "{}" for the code."""
    return reverse("dossiers:dossier", args=["CODE"]).replace("CODE", "{}")


def _heading(dossier: ListedDossier, at: datetime) -> str:
    if dossier.state is Status.DONE:
        return _("Chờ trả kết quả")
    if dossier.state not in RUNNING or dossier.due_at is None:
        return _("Đang chờ, thời hạn tạm dừng") if dossier.state in WAITING else str(STATUS_LABELS[dossier.state])
    if is_overdue(dossier, at):
        return _("Quá hạn")
    day, today = local_day(dossier.due_at), local_day(at)
    name = weekday_and_day(day, get_language() or "vi")
    if day == today:
        return _("Hôm nay, %(day)s") % {"day": name}
    return _("Ngày mai, %(day)s") % {"day": name} if day == today + timedelta(days=1) else name
