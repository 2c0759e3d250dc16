"""The work queue: its tabs, counts and rows. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.acts import next_act
from dossiers.acts.base import Act
from dossiers.models import Dossier, DossierLeg, DossierQuerySet, day_bounds, local_day
from dossiers.states import RUNNING, WAITING, Status
from dossiers.wording import Badge, apology_words, deadline_badge, step_late_words
from procedures.folding import fold
from units.models import Unit
from units.wording import weekday_and_day
from units.working_calendar import WorkingCalendar

PAGE = 50
# What a row prints and what decides its next act; a queue is opened all day, so nothing else is read.
PRINTED: Final = (
    *("code", "status", "outcome", "received_at", "due_at", "new_due_at", "applicant_name"),
    *("version__name", "holder__name", "holder__path", "desk__path", "desk__parent", "handler__path"),
)
_TIMES: Final = ("due_at", "handed_over_at", "accepted_at", "finished_at")
LATE, TODAY, SOON, WAITS, READY, ALL = "qua-han", "hom-nay", "ba-ngay", "bo-sung", "tra-ket-qua", "tat-ca"

# Running first, so that what is late leads; then results to hand out; what waits for others comes last.
_BUCKET: Final = Case(
    When(status__in=sorted(RUNNING), then=Value(0)),
    When(status=Status.DONE, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """`act` is the one next thing for the person asking; None: only to open it. `only_asked`: no more than an
    opinion is wanted of their office, so that the row does not say who the applicant is.

    `step_due` is when the office that has it should leave it, where that is before the citizen's date; `slow` says by
    how much it has overrun, `sent` to whom it is on its way; `apology` until when one is possible, or was given.
    """

    dossier: Dossier
    badge: Badge
    act: Act | None
    only_asked: bool = False
    step_due: datetime | None = None
    slow: str = ""
    sent: str = ""
    apology: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class FieldChoice:
    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue of some units. `total` is how many rows the tab has under the filters."""

    tabs: list[Tab]
    fields: list[FieldChoice]
    groups: list[Group]
    total: int
    shown: int


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
    work: DossierQuerySet, *, tab: str, field: str, page: int, at: datetime, calendar: WorkingCalendar, user: User
) -> Queue:
    """Two queries, however many rows there are: counts by field, and one page of rows (the last, when past it)."""
    wanted = conditions(at, calendar)
    by_field = _counts(work, wanted)
    kept = [counts for choice, counts in by_field if field in ("", choice.slug)]
    totals = {key: sum(counts[key] for counts in kept) for key in wanted}
    rows = work.filter(wanted[tab])
    if field:
        rows = rows.filter(procedure__field__slug=field)
    first = (min(page, max(1, ceil(totals[tab] / PAGE))) - 1) * PAGE
    dossiers = list(_in_order(_printed(rows))[first : first + PAGE])
    return Queue(
        tabs=[Tab(key, label, totals[key]) for key, label in labels().items()],
        fields=[choice for choice, _counts in by_field],
        groups=list(grouped(dossiers, at, calendar, user)),
        total=totals[tab],
        shown=len(dossiers),
    )


def find_by_person(typed: str, own: DossierQuerySet, work: DossierQuerySet) -> list[Dossier]:
    """Dossiers by an exact identity number among all of a person's `own`, or by words of a name among those to do.

    Both hold only what is `worked_on_by` the person: nobody finds out by asking whose a dossier is.
    """
    number = "".join(typed.split())
    if number.isdecimal() and len(number) >= 9:
        found = own.filter(applicant_id=number)
    else:
        words = fold(typed).split()
        found = work.filter(*(Q(applicant_folded__contains=word) for word in words)) if words else work.none()
    return list(_printed(found).order_by("-submitted_at")[:PAGE])


def _alias(key: str) -> str:
    return "n_" + key.replace("-", "_")


def _counts(work: DossierQuerySet, wanted: dict[str, Q]) -> list[tuple[FieldChoice, dict[str, int]]]:
    """How many rows each tab has, by field of administration."""
    counts = {_alias(key): Count("pk", filter=condition) for key, condition in wanted.items()}
    by_field = work.values("procedure__field__slug", "procedure__field__name").annotate(**counts)
    read = by_field.order_by("procedure__field__name").values_list(
        "procedure__field__slug", "procedure__field__name", *counts
    )
    return [
        (FieldChoice(slug, name, numbers[-1]), dict(zip(wanted, numbers, strict=True)))
        for slug, name, *numbers in read
    ]


def _printed(rows: DossierQuerySet) -> DossierQuerySet:
    """With `way`, all legs, read by the same query."""
    legs = DossierLeg.objects.filter(dossier=OuterRef("pk")).order_by("position")
    names = {name: name for name in ("position", "group", "skipped", *_TIMES)}
    shown = legs.values(row=JSONObject(**names, unit="unit", name="unit__name", path="unit__path"))
    printed = rows.select_related("version", "holder", "desk", "handler").only(*PRINTED)
    return printed.annotate(way=ArraySubquery(shown))


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


def grouped(dossiers: Iterable[Dossier], at: datetime, calendar: WorkingCalendar, user: User) -> Iterator[Group]:
    """Rows in a row that share a heading."""
    units: dict[int, Unit] = {}
    for label, same in groupby(dossiers, key=lambda dossier: _heading(dossier, at)):
        yield Group(label, [_row(dossier, _legs(dossier, units), at, calendar, user) for dossier in same])


def _row(dossier: Dossier, legs: Sequence[DossierLeg], at: datetime, calendar: WorkingCalendar, user: User) -> Row:
    runs = dossier.state in RUNNING
    sent = ", ".join(leg.unit.name for leg in legs if runs and leg.on_its_way)
    dues = [leg.due_at for leg in legs if runs and leg.in_hand and leg.due_at]
    due = min((due for due in dues if dossier.due_at and due < dossier.due_at), default=None)
    return Row(
        dossier,
        deadline_badge(dossier, at, calendar),
        next_act(user, dossier, legs),
        only_asked=not dossier.is_worked_on_by(user, legs),
        step_due=due,
        slow=step_late_words(due, at, calendar) if due and due < at else "",
        sent=_("Đang chuyển đến %(unit)s, chưa nhận") % {"unit": sent} if sent else "",
        apology=apology_words(dossier, at, calendar),
    )


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
