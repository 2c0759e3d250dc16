"""The work queue: its tabs, counts and rows. Reads only."""

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

# Three small marks: taken in, worked on, ready; each "d" (done), "n" (now) or "" (to come).
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

# The operations that a row does without opening the file, and their names in `operations.many`.
SENDS: Final = "chuyen"
_AT_ONCE: Final = {"nhan-ban-giao": TAKE, SENDS: SEND}


@dataclass(frozen=True, slots=True)
class QueueTab:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A dossier as a list prints it: plain words, so that fifty of them cost the template little.

    `operation` is the next thing to do for the person asking, as its slug, and `operation_label` its name; empty: only
    to open the file. `many` is its name in `operations.many`, where the row does it without opening the file.
    `only_asked`: their office only gives an opinion, so that the row does not say who the applicant is. `procedure` is
    shortened where its name is longer than a list can show. `step_due` is when the office that has it should leave it,
    where that is before the citizen's date; `slow` says by how much it has overrun, `sent` to whom it is on its way,
    `receiver` to whom a hand-over would send it; `apology` until when one is possible, or was given.
    """

    dossier: ListedDossier = field(compare=False)  # equal rows look the same
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
        """Templates ask so first; that it fails, some thirty times a row, costs more than all the rest of a row. Text
        comes escaped: Django's own way to it takes several times as long."""
        value = getattr(self, name)
        return SafeString(escape(value)) if type(value) is str else value


@dataclass(frozen=True, slots=True)
class QueueGroup:
    label: str
    rows: list[QueueRow]


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue of some units. `total` is how many rows the tab has under the filters; `handled`, how many
    of those overdue the units handle themselves, which is what their dashboard counts."""

    tabs: list[QueueTab]
    choices: dict[str, list[FilterChoice]]
    groups: list[QueueGroup]
    total: int
    shown: int
    handled: int

    @property
    def operations(self) -> set[str]:
        """The next operations of its rows: what is worth offering for many of them."""
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
    """Two queries, however many rows there are: what there is, and one page of rows; three where `page` is past the
    last, which is shown then."""
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
    """Rows in a row that share a heading."""
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
    """A dossier as a row, with how its way stands."""
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
    """To whom the dossier goes on; empty where the next operation is another one, or others work on it side by side."""
    here = next((leg for leg in legs if leg.in_hand), None)
    if here is None or operation is None or operation.slug != SENDS:
        return ""
    return ", ".join(dict.fromkeys(leg.unit.name for leg in next_group(legs, here.position)))


@lru_cache(maxsize=64)
def _status(status: Status, language: str) -> str:
    """What it is called in that language (the active one)."""
    return str(STATUS_LABELS[status])


@lru_cache(maxsize=1024)
def short_name(name: str) -> str:
    """A procedure's name as far as two or three lines of a list take it, cut between words and marked with "…"."""
    return shorten(name, LONGEST_NAME, placeholder=" …")


@lru_cache(maxsize=8)
def _addresses(language: str) -> str:
    """Where the page of a dossier is in that language (the active one), its code left open."""
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
