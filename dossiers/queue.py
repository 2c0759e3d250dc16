"""The work queue: its tabs, counts and rows. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from math import ceil
from textwrap import shorten
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.acts import next_act
from dossiers.acts.base import Act
from dossiers.acts.many import SEND, TAKE
from dossiers.models import STATUS_LABELS, Dossier, DossierLeg, DossierQuerySet, day_bounds, local_day
from dossiers.queue_filters import ALL, LATE, READY, SOON, TODAY, WAITS, Choice, Filters, counted
from dossiers.states import RUNNING, WAITING, Status
from dossiers.wording import Badge, apology_words, deadline_badge, step_late_words
from units.models import Unit
from units.templatetags.portal_ui import icon
from units.wording import UNKNOWN, clock_time, day_and_month, weekday_and_day
from units.working_calendar import WorkingCalendar

PAGE = 50
MOST_OF_A_NAME: Final = 120
# What a row prints and what decides its next act; a queue is opened all day, so nothing else is read.
PRINTED: Final = (
    *("code", "status", "outcome", "received_at", "due_at", "new_due_at", "applicant_name"),
    *("version__name", "holder__name", "holder__path", "desk__path", "desk__parent", "handler__path"),
)
_TIMES: Final = ("due_at", "handed_over_at", "accepted_at", "finished_at")

# Running first, so that what is late leads; then results to hand out; what waits for others comes last.
_BUCKET: Final = Case(
    When(status__in=sorted(RUNNING), then=Value(0)),
    When(status=Status.DONE, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)

# Three small marks for every place a dossier can be at, see `Dossier.progress`.
_PIPS: Final = {
    marks: format_html_join("", "<i{}></i>", ((format_html(' class="{}"', mark) if mark else "",) for mark in marks))
    for marks in (("d", "d", "d"), ("d", "d", "n"), ("n", "", ""), ("d", "n", ""))
}

# The acts a row does at once, without opening the file, and what `acts.many` calls them.
_AT_ONCE: Final = {"nhan-ban-giao": TAKE, "chuyen": SEND}


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier as a list prints it: plain words, so that fifty of them cost the template little.

    `act` is the one next thing for the person asking; None: only to open it. `many` is what `acts.many` calls it,
    where the row does it at once. `only_asked`: no more than an opinion is wanted of their office, so that the row
    does not say who the applicant is. `procedure` is its name, shortened where it is longer than a list can show.
    `step_due` is when the office that has it should leave it, where that is before the citizen's date; `slow` says by
    how much it has overrun, `sent` to whom it is on its way; `apology` until when one is possible, or was given.
    """

    dossier: Dossier
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
    act: Act | None
    many: str = ""
    only_asked: bool = False
    step_due: datetime | None = None
    step_day: str = ""
    slow: str = ""
    sent: str = ""
    apology: str = ""

    def __getitem__(self, name: str) -> object:
        """Templates ask so first; that it fails, some thirty times a row, costs more than all the rest of a row."""
        return getattr(self, name)


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue of some units. `total` is how many rows the tab has under the filters."""

    tabs: list[Tab]
    choices: dict[str, list[Choice]]
    groups: list[Group]
    total: int
    shown: int

    @property
    def acts(self) -> set[str]:
        """The next acts of its rows: what is worth offering for many of them."""
        return {row.act.slug for group in self.groups for row in group.rows if row.act}


def conditions(at: datetime, calendar: WorkingCalendar) -> dict[str, Q]:
    """What each tab holds. "Three days" are the working days after today."""
    running = Q(status__in=sorted(RUNNING))
    tomorrow = day_bounds(local_day(at))[1]
    third = calendar.nth_closing(local_day(at), 3)[0]
    return {
        LATE: running & Q(due_at__lt=at),
        TODAY: running & Q(due_at__gte=at, due_at__lt=tomorrow),
        SOON: running & Q(due_at__gte=tomorrow, due_at__lte=third),
        WAITS: Q(status__in=sorted(WAITING)),
        READY: Q(status=Status.DONE),
        ALL: Q(),
    }


def labels() -> dict[str, str]:
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
    """Two queries, however many rows there are: counts, and one page of rows (the last, when past it)."""
    wanted = conditions(at, calendar)
    totals, choices = counted(work, wanted, filters)
    total = totals[filters.tab]
    first = (min(page, max(1, ceil(total / PAGE))) - 1) * PAGE
    rows = _with_way(printed(work.filter(wanted[filters.tab], filters.condition())))
    dossiers = list(_in_order(rows)[first : first + PAGE]) if total else []
    return Queue(
        tabs=[Tab(key, label, totals[key]) for key, label in labels().items()],
        choices=choices,
        groups=list(_grouped(dossiers, at, calendar, user)),
        total=total,
        shown=len(dossiers),
    )


def printed(rows: DossierQuerySet) -> DossierQuerySet:
    """With what a row prints, and no more."""
    return rows.select_related("version", "holder", "desk", "handler").only(*PRINTED)


def _with_way(rows: DossierQuerySet) -> DossierQuerySet:
    """With `way`, all legs, read by the same query."""
    legs = DossierLeg.objects.filter(dossier=OuterRef("pk")).order_by("position")
    names = {name: name for name in ("position", "group", "skipped", *_TIMES)}
    shown = legs.values(row=JSONObject(**names, unit="unit", name="unit__name", path="unit__path"))
    return rows.annotate(way=ArraySubquery(shown))


def _legs(dossier: Dossier, units: dict[int, Unit]) -> list[DossierLeg]:
    """The legs that the row's query brought along; `units` are those met so far."""
    return [_leg(row, units) for row in getattr(dossier, "way", ())]


def _leg(row: dict[str, Any], units: dict[int, Unit]) -> DossierLeg:
    unit = units.get(row["unit"]) or Unit(pk=row["unit"], name=row["name"], path=row["path"])
    units[row["unit"]] = unit
    times = {name: row[name] and datetime.fromisoformat(row[name]) for name in _TIMES}
    return DossierLeg(unit=unit, position=row["position"], group=row["group"], skipped=row["skipped"], **times)


def _in_order(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return rows.annotate(bucket=_BUCKET).order_by("bucket", F("due_at").asc(nulls_last=True), "pk")


def _grouped(dossiers: Iterable[Dossier], at: datetime, calendar: WorkingCalendar, user: User) -> Iterator[Group]:
    """Rows in a row that share a heading."""
    units: dict[int, Unit] = {}
    for label, same in groupby(dossiers, key=lambda dossier: _heading(dossier, at)):
        yield Group(label, [_row(dossier, _legs(dossier, units), at, calendar, user) for dossier in same])


def _row(dossier: Dossier, legs: Sequence[DossierLeg], at: datetime, calendar: WorkingCalendar, user: User) -> Row:
    act, only_asked = next_act(user, dossier, legs), not dossier.is_worked_on_by(user, legs)
    return row_of(dossier, at, calendar, legs, act, only_asked=only_asked)


def row_of(
    dossier: Dossier,
    at: datetime,
    calendar: WorkingCalendar,
    legs: Sequence[DossierLeg] = (),
    act: Act | None = None,
    *,
    only_asked: bool = False,
) -> Row:
    """A dossier of `printed` as a row; where its `legs` are given, with how its way stands."""
    runs = dossier.state in RUNNING
    sent = ", ".join(leg.unit.name for leg in legs if runs and leg.on_its_way)
    dues = [leg.due_at for leg in legs if runs and leg.in_hand and leg.due_at]
    due = min((due for due in dues if dossier.due_at and due < dossier.due_at), default=None)
    badge, language = deadline_badge(dossier, at, calendar, is_brief=True), get_language() or "vi"
    return Row(
        dossier=dossier,
        code=dossier.code,
        href=_addresses(language).format(dossier.code),
        badge=badge,
        drawing=icon(badge.icon),
        procedure=short_name(dossier.version.name),
        whole_name=dossier.version.name,
        applicant=dossier.applicant_name,
        holder=dossier.holder.name,
        status=str(STATUS_LABELS[dossier.state]),
        pips=_PIPS[dossier.progress],
        received=day_and_month(dossier.received_at, language) if dossier.received_at else UNKNOWN,
        due_day=day_and_month(dossier.due_at, language) if dossier.due_at else UNKNOWN,
        due_time=clock_time(dossier.due_at) if dossier.due_at else UNKNOWN,
        act=act,
        many=_AT_ONCE.get(act.slug, "") if act else "",
        only_asked=only_asked,
        step_due=due,
        step_day=_("bước này %(day)s") % {"day": day_and_month(due, language)} if due else "",
        slow=step_late_words(due, at, calendar) if due and due < at else "",
        sent=_("Đang chuyển đến %(unit)s, chưa nhận") % {"unit": sent} if sent else "",
        apology=apology_words(dossier, at, calendar),
    )


@lru_cache(maxsize=1024)
def short_name(name: str) -> str:
    """A procedure's name as far as two or three lines of a list take it, cut between words and marked with "…"."""
    return shorten(name, MOST_OF_A_NAME, placeholder=" …")


@lru_cache(maxsize=8)
def _addresses(language: str) -> str:
    """Where the page of a dossier is in that language (the active one), its code left open."""
    return reverse("dossiers:dossier", args=["CODE"]).replace("CODE", "{}")


def _heading(dossier: Dossier, at: datetime) -> str:
    if dossier.state is Status.DONE:
        return _("Chờ trả kết quả")
    if dossier.state not in RUNNING or dossier.due_at is None:
        return _("Đang chờ, thời hạn tạm dừng") if dossier.is_waiting else str(dossier.get_status_display())
    if dossier.due_at < at:
        return _("Quá hạn")
    day, today = local_day(dossier.due_at), local_day(at)
    name = weekday_and_day(day, get_language() or "vi")
    if day == today:
        return _("Hôm nay, %(day)s") % {"day": name}
    return _("Ngày mai, %(day)s") % {"day": name} if day == today + timedelta(days=1) else name
