"""What did not go as an internal process says (ISO 9001): counted per version of a procedure, and step by step.

Steps that overran their time, requests to complete the papers beyond the first, apologies that came late.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import translation

from accounts.models import name_of
from dossiers.clock.states import RUNNING
from dossiers.models import Apology, DossierLeg, LateCause, LegQuerySet, SupplementRequest
from reporting.definitions.periods import Span
from reporting.reports.document import LANGUAGE, Cell, Column, Report, Table
from reporting.reports.scope import Scope
from units.calendar.lookup import working_calendars
from units.clock.days import day_bounds
from units.clock.working_calendar import WorkingCalendar
from units.texts import wording

UNSAID: Final = "Chưa nêu"
LISTED: Final = 500
"""Most single steps that one report lists: more is a matter for a shorter period or a smaller unit."""

Key = tuple[int, int]
"""Step and unit; a step belongs to one version of one procedure."""


class LegRead(NamedTuple):
    """A leg with what is printed of it, as the query gives it."""

    code: str
    position: int
    unit_id: int
    unit: str
    due_at: datetime
    finished_at: datetime | None
    officer: str
    step_id: int
    step: str
    step_position: int
    owner: str
    process: str
    edition: int
    procedure: str
    valid: Any
    late_unit_id: int | None
    late_cause: str


_READ: Final = (
    *("dossier__code", "position", "unit_id", "unit__name", "due_at", "finished_at", "officer"),
    *("step_id", "step__name", "step__position", "step__owner", "step__process__number", "step__process__edition"),
    *("dossier__version__name", "dossier__version__valid", "dossier__late_unit_id", "dossier__late_cause"),
)


@dataclass(frozen=True, slots=True)
class Overrun:
    """A leg that took longer than its step may; `hours` are working hours past its time by then."""

    leg: LegRead
    hours: float

    @property
    def cause(self) -> str:
        """The cause recorded for the whole dossier, where this unit answers for it."""
        is_answered = self.leg.late_unit_id == self.leg.unit_id and self.leg.late_cause
        return _cause(self.leg.late_cause) if is_answered else UNSAID

    @property
    def step(self) -> str:
        return f"{self.leg.step_position}. {self.leg.step}"


@dataclass(slots=True)
class StepOverruns:
    """All of one step at one unit."""

    worst: Overrun
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.causes.total()


def non_conformities(scope: Scope, period: Span, *, at: datetime) -> Report:
    """Five queries, and one for the calendar."""
    start, end = day_bounds(period.first)[0], min(day_bounds(period.last)[1], at)
    found = overruns(scope, start, end)
    return Report(
        form="",
        title="Điểm không phù hợp theo quy trình nội bộ (ISO 9001)",
        period=period.official,
        scope=scope.words,
        tables=[
            _steps(found, _performed(scope, start, end)),
            _supplements(scope, start, end),
            _apologies(scope, start, end),
            _single(found[:LISTED]),
        ],
        notes=(
            "Bước quá giờ: chặng xong trong kỳ sau hạn của bước, hoặc chưa xong mà đã quá hạn vào cuối kỳ.",
            "Giờ quá tính theo giờ làm việc của đơn vị, từ hạn của bước đến lúc xong hoặc đến cuối kỳ.",
            "Nguyên nhân do đơn vị làm trễ ghi cho cả hồ sơ; bước quá giờ mà hồ sơ không trễ thì không nêu.",
            *_left_out(len(found) - LISTED),
        ),
    )


def overruns(scope: Scope, start: datetime, end: datetime) -> list[Overrun]:
    """Every leg of an approved step that the units overran between two moments, the longest first. One query."""
    done = Q(finished_at__gte=start, finished_at__lt=end, finished_at__gt=F("due_at"))
    still = Q(accepted_at__lt=end, due_at__lt=end)
    still &= Q(finished_at__gte=end) | Q(finished_at=None, dossier__status__in=sorted(RUNNING))
    officer = Coalesce(name_of("assignee"), Value(""))
    rows = _of_steps(scope).filter(done | still).annotate(officer=officer).order_by().values_list(*_READ)
    calendars = dict(zip(scope.keys, working_calendars(scope.units), strict=True))
    found = [_overrun(LegRead(*row), end, calendars) for row in rows.iterator()]
    return sorted(found, key=lambda one: (-one.hours, one.leg.code, one.leg.position))


def _of_steps(scope: Scope) -> LegQuerySet:
    return DossierLeg.objects.filter(
        unit__in=scope.keys, step__isnull=False, skipped=False, hours__gt=0, due_at__isnull=False
    )


def _performed(scope: Scope, start: datetime, end: datetime) -> dict[Key, int]:
    """How often each step was done at each unit. One query."""
    rows = _of_steps(scope).filter(finished_at__gte=start, finished_at__lt=end).order_by()
    return {(step, unit): count for step, unit, count in rows.values_list("step", "unit").annotate(Count("pk"))}


def _overrun(leg: LegRead, end: datetime, calendars: Mapping[int, WorkingCalendar]) -> Overrun:
    until = min(leg.finished_at or end, end)
    return Overrun(leg, round(calendars[leg.unit_id].working_minutes_between(leg.due_at, until) / 60, 1))


def _steps(found: Iterable[Overrun], performed: dict[Key, int]) -> Table:
    steps: dict[Key, StepOverruns] = {}
    for one in found:  # the longest comes first
        key = (one.leg.step_id, one.leg.unit_id)
        steps.setdefault(key, StepOverruns(one)).causes[one.cause] += 1
    order = sorted(steps.items(), key=lambda item: (-item[1].count, item[0]))
    rows = [_step_row(number, step, performed.get(key, 0)) for number, (key, step) in enumerate(order, 1)]
    return Table(
        "Bước quá giờ theo quy trình",
        [
            Column("TT", 0.5),
            Column("Thủ tục, phiên bản", 4),
            Column("Quy trình", 1.6),
            Column("Bước", 2.6),
            Column("Đơn vị", 2.4),
            Column("Số lần làm xong", 0.9, is_number=True),
            Column("Số lần quá giờ", 0.9, is_number=True),
            Column("Quá nhiều nhất (giờ)", 1, is_number=True),
            Column("Nguyên nhân", 2.6),
        ],
        rows,
        keys=(1, 2, 3, 4),
        empty="Trong kỳ không có bước nào quá giờ.",
    )


def _step_row(number: int, step: StepOverruns, performed: int) -> list[Cell]:
    leg = step.worst.leg
    causes = "; ".join(f"{cause}: {count}" for cause, count in step.causes.most_common())
    process, version = f"{leg.process}, lần {leg.edition}", _version(leg.procedure, leg.valid)
    return [number, version, process, step.worst.step, leg.unit, performed, step.count, step.worst.hours, causes]


def _single(found: Sequence[Overrun]) -> Table:
    return Table(
        "Từng bước quá giờ",
        [
            Column("TT", 0.5),
            Column("Mã hồ sơ", 2.4),
            Column("Bước", 2.6),
            Column("Đơn vị", 2.4),
            Column("Người thực hiện", 2),
            Column("Hạn của bước", 1.4),
            Column("Xong lúc", 1.4),
            Column("Quá (giờ)", 0.8, is_number=True),
            Column("Nguyên nhân", 2),
        ],
        [_single_row(number, one) for number, one in enumerate(found, 1)],
        keys=(1, 2, 3),
        empty="Trong kỳ không có bước nào quá giờ.",
    )


def _single_row(number: int, one: Overrun) -> list[Cell]:
    leg = one.leg
    done = wording.short_datetime(leg.finished_at, LANGUAGE) if leg.finished_at else "chưa xong"
    due, who = wording.short_datetime(leg.due_at, LANGUAGE), leg.officer or leg.owner or None
    return [number, leg.code, one.step, leg.unit, who, due, done, one.hours, one.cause]


def _supplements(scope: Scope, start: datetime, end: datetime) -> Table:
    """Requests that were not the first of their dossier. One query."""
    earlier = SupplementRequest.objects.filter(dossier=OuterRef("dossier"), asked_at__lt=OuterRef("asked_at"))
    asked = SupplementRequest.objects.filter(
        Exists(earlier), dossier__handler__in=scope.keys, asked_at__gte=start, asked_at__lt=end
    )
    counted = (
        asked.order_by()
        .values_list("dossier__version__name", "dossier__version__valid", "dossier__handler__name")
        .annotate(n=Count("pk"), files=Count("dossier", distinct=True), leave=Count("pk", filter=Q(is_override=True)))
    )
    rows = [
        [_version(name, valid), unit, files, n, leave]
        for name, valid, unit, n, files, leave in counted.order_by(
            "-n", "dossier__version__name", "dossier__handler__name"
        )
    ]
    return Table(
        "Yêu cầu bổ sung lặp lại",
        [
            Column("TT", 0.5),
            Column("Thủ tục, phiên bản", 5),
            Column("Đơn vị", 3),
            Column("Số hồ sơ", 1, is_number=True),
            Column("Số yêu cầu từ lần hai", 1.2, is_number=True),
            Column("Có lãnh đạo cho phép", 1.2, is_number=True),
        ],
        _numbered(rows),
        keys=(1, 2),
        empty="Trong kỳ không có yêu cầu bổ sung nào từ lần hai.",
    )


def _apologies(scope: Scope, start: datetime, end: datetime) -> Table:
    """Signed after the last working day before the due date. One query."""
    late = Apology.objects.filter(is_late=True, unit__in=scope.keys, signed_at__gte=start, signed_at__lt=end)
    counted = late.order_by().values_list("dossier__version__name", "dossier__version__valid", "unit__name", "cause")
    grouped: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name, valid, unit, cause, n in counted.annotate(n=Count("pk")):
        grouped[_version(name, valid), unit][_cause(cause)] += n
    order = sorted(grouped.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = [
        [version, unit, causes.total(), "; ".join(f"{cause}: {n}" for cause, n in causes.most_common())]
        for (version, unit), causes in order
    ]
    return Table(
        "Xin lỗi muộn",
        [
            Column("TT", 0.5),
            Column("Thủ tục, phiên bản", 5),
            Column("Đơn vị làm trễ", 3),
            Column("Số lần", 1, is_number=True),
            Column("Nguyên nhân", 3),
        ],
        _numbered(rows),
        keys=(1, 2),
        empty="Trong kỳ không có thư xin lỗi nào ký muộn.",
    )


def _numbered(rows: Iterable[list[Any]]) -> list[list[Cell]]:
    return [[number, *row] for number, row in enumerate(rows, 1)]


@cache
def _cause(cause: str) -> str:
    with translation.override(LANGUAGE):
        return str(LateCause(cause).label)


def _version(name: str, valid: Any) -> str:
    since = wording.short_date(valid.lower, LANGUAGE) if valid.lower else ""
    return f"{name} (từ {since})" if since else name


def _left_out(many: int) -> list[str]:
    if many <= 0:
        return []
    number = wording.number(many, LANGUAGE)
    return [
        f"Bảng cuối chỉ nêu {LISTED} bước quá nhiều nhất; còn {number} bước, xin chọn kỳ ngắn hơn hay đơn vị nhỏ hơn."
    ]
