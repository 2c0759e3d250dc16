"""The work queue: its tabs, counts and rows. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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

from dossiers.models import Dossier, DossierLeg, DossierQuerySet, day_bounds, local_day
from dossiers.states import RUNNING, WAITING, Status
from dossiers.wording import Badge, apology_words, deadline_badge, step_late_words
from procedures.folding import fold
from units.wording import weekday_and_day
from units.working_calendar import WorkingCalendar

Act = Callable[[Dossier], str]

PAGE = 50
# What a row prints and what decides its next act; a queue is opened all day, so nothing else is read.
PRINTED: Final = (
    *("code", "status", "outcome", "received_at", "due_at", "new_due_at", "applicant_name"),
    *("version__name", "holder__name", "desk__path", "desk__parent", "handler__path"),
)
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
    """`act` is the one next thing for the person asking: start, finish, return or open.

    `step_due` is when the office that has it should leave it, where that is before the citizen's date; `slow` says by
    how much it has overrun, `sent` to whom it is on its way; `apology` until when one is possible, or was given.
    """

    dossier: Dossier
    badge: Badge
    act: str
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
    work: DossierQuerySet, *, tab: str, field: str, page: int, at: datetime, calendar: WorkingCalendar, act: Act
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
        groups=list(grouped(dossiers, at, calendar, act)),
        total=totals[tab],
        shown=len(dossiers),
    )


def find_by_person(typed: str, visible: DossierQuerySet, work: DossierQuerySet) -> list[Dossier]:
    """Dossiers by an exact identity number in the whole register, or by words of a name among those to do."""
    number = "".join(typed.split())
    if number.isdecimal() and len(number) >= 9:
        found = visible.filter(applicant_id=number)
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
    """With `steps`, read by the same query: the legs in hand, or handed over and not accepted yet."""
    open_legs = Q(handed_over_at__isnull=False, finished_at=None, skipped=False)
    legs = DossierLeg.objects.filter(open_legs, dossier=OuterRef("pk")).order_by("position")
    shown = legs.values(row=JSONObject(due="due_at", accepted="accepted_at", unit="unit__name"))
    return (
        rows.select_related("version", "holder", "desk", "handler").only(*PRINTED).annotate(steps=ArraySubquery(shown))
    )


def _in_order(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return rows.annotate(bucket=_BUCKET).order_by("bucket", F("due_at").asc(nulls_last=True), "pk")


def grouped(dossiers: Iterable[Dossier], at: datetime, calendar: WorkingCalendar, act: Act) -> Iterator[Group]:
    """Rows in a row that share a heading."""
    for label, same in groupby(dossiers, key=lambda dossier: _heading(dossier, at)):
        yield Group(label, [_row(dossier, at, calendar, act) for dossier in same])


def _row(dossier: Dossier, at: datetime, calendar: WorkingCalendar, act: Act) -> Row:
    steps = _steps(dossier)
    sent = ", ".join(step["unit"] for step in steps if not step["accepted"])
    dues = [due for step in steps if step["accepted"] and (due := _moment(step["due"]))]
    due = min((due for due in dues if dossier.due_at and due < dossier.due_at), default=None)
    return Row(
        dossier,
        deadline_badge(dossier, at, calendar),
        act(dossier),
        step_due=due,
        slow=step_late_words(due, at, calendar) if due and due < at else "",
        sent=_("Đang chuyển đến %(unit)s, chưa nhận") % {"unit": sent} if sent else "",
        apology=apology_words(dossier, at, calendar),
    )


def _steps(dossier: Dossier) -> list[dict[str, Any]]:
    """The legs that the row's query brought along, while its clock runs."""
    return getattr(dossier, "steps", []) if dossier.state in RUNNING else []


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


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
