"""What did not go as an internal process says (ISO 9001): counted per version of a procedure, and step by step.

Steps that overran their time, requests to complete the papers beyond the first, apologies that came late.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import translation

from dossiers.models import Apology, DossierLeg, LateCause, LegQuerySet, SupplementRequest, day_bounds
from dossiers.states import RUNNING
from reporting.reports.document import LANGUAGE, Cell, Column, Report, Table
from reporting.reports.periods import ReportPeriod
from reporting.reports.scope import Scope
from units import wording
from units.calendars import working_calendars
from units.models import Unit
from units.working_calendar import WorkingCalendar

LISTED: Final = 500
"""Most single steps that one report lists: more is a matter for a shorter period or a smaller unit."""

Key = tuple[int, int, int]
"""Version, step, unit."""


@dataclass(frozen=True, slots=True)
class Overrun:
    """A leg that took longer than its step may; `hours` are working hours past its time by then."""

    leg: DossierLeg
    hours: float
    cause: str


@dataclass(slots=True)
class StepOverruns:
    """All of one step at one unit."""

    worst: Overrun
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.causes.total()


def non_conformities(scope: Scope, period: ReportPeriod, *, at: datetime) -> Report:
    """Five queries, and one for the calendar."""
    start, end = day_bounds(period.first)[0], min(day_bounds(period.last)[1], at)
    found = overruns(scope, start, end)
    with translation.override(LANGUAGE):
        tables = [
            _steps(found, _performed(scope, start, end)),
            _supplements(scope, start, end),
            _apologies(scope, start, end),
            _single(found[:LISTED]),
        ]
    return Report(
        form="",
        title="Điểm không phù hợp theo quy trình nội bộ (ISO 9001)",
        period=period.words,
        scope=scope.words,
        tables=tables,
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
    legs = _of_steps(scope).filter(done | still).select_related(*_PRINTED).only(*_READ)
    calendars = _calendars(scope.units)
    found = [_overrun(leg, min(leg.finished_at or end, end), calendars[leg.unit_id]) for leg in legs]
    return sorted(found, key=lambda one: (-one.hours, one.leg.dossier.code, one.leg.position))


_PRINTED: Final = ("dossier__version", "step__process", "unit", "assignee")
_READ: Final = (
    *("position", "due_at", "finished_at", "unit__name", "assignee__full_name", "assignee__username"),
    *("dossier__code", "dossier__late_unit", "dossier__late_cause"),
    *("dossier__version__name", "dossier__version__valid"),
    *("step__name", "step__position", "step__owner", "step__process__number", "step__process__edition"),
)


def _of_steps(scope: Scope) -> LegQuerySet:
    return DossierLeg.objects.filter(
        unit__in=scope.keys, step__isnull=False, skipped=False, hours__gt=0, due_at__isnull=False
    )


def _performed(scope: Scope, start: datetime, end: datetime) -> dict[Key, int]:
    """How often each step was done at each unit. One query."""
    rows = _of_steps(scope).filter(finished_at__gte=start, finished_at__lt=end).order_by()
    counted = rows.values_list("dossier__version", "step", "unit").annotate(Count("pk"))
    return {(version, step, unit): count for version, step, unit, count in counted}


def _overrun(leg: DossierLeg, until: datetime, calendar: WorkingCalendar) -> Overrun:
    assert leg.due_at is not None
    hours = round(calendar.working_minutes_between(leg.due_at, until) / 60, 1)
    is_answered = leg.dossier.late_unit_id == leg.unit_id and leg.dossier.late_cause
    return Overrun(leg, hours, str(LateCause(leg.dossier.late_cause).label) if is_answered else "Chưa nêu")


def _calendars(units: Sequence[Unit]) -> dict[int, WorkingCalendar]:
    return dict(zip((unit.pk for unit in units), working_calendars(units), strict=True))


def _steps(found: Iterable[Overrun], performed: dict[Key, int]) -> Table:
    steps: dict[Key, StepOverruns] = {}
    for one in found:  # the longest comes first
        key = (one.leg.dossier.version_id, one.leg.step_id or 0, one.leg.unit_id)
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
    assert leg.step is not None
    causes = "; ".join(f"{cause}: {count}" for cause, count in step.causes.most_common())
    process = f"{leg.step.process.number}, lần {leg.step.process.edition}"
    named = f"{leg.step.position}. {leg.step.name}"
    version = _version(leg.dossier.version.name, leg.dossier.version.valid)
    return [number, version, process, named, leg.unit.name, performed, step.count, step.worst.hours, causes]


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
    assert leg.step is not None
    assert leg.due_at is not None
    who = str(leg.assignee) if leg.assignee else leg.step.owner or None
    done = wording.short_datetime(leg.finished_at, LANGUAGE) if leg.finished_at else "chưa xong"
    due, named = wording.short_datetime(leg.due_at, LANGUAGE), f"{leg.step.position}. {leg.step.name}"
    return [number, leg.dossier.code, named, leg.unit.name, who, due, done, one.hours, one.cause]


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
        grouped[_version(name, valid), unit][str(LateCause(cause).label)] += n
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


def _version(name: str, valid: Any) -> str:
    since = wording.short_date(valid.lower, LANGUAGE) if valid.lower else ""
    return f"{name} (từ {since})" if since else name


def _left_out(many: int) -> list[str]:
    if many <= 0:
        return []
    told = wording.number(many, LANGUAGE)
    return [
        f"Bảng cuối chỉ nêu {LISTED} bước quá nhiều nhất; còn {told} bước, xin chọn kỳ ngắn hơn hay đơn vị nhỏ hơn."
    ]
