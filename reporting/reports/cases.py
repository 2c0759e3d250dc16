"""The report of petitions, questions and grievances in a period, by kind; every row adds up.

Denunciations are left out: the head of inspection reports them, and small numbers would point at people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from complaints.clock.states import SETTLEMENTS, WAITING, Outcome
from complaints.models import KIND_LABELS, Case, CaseEvent
from reporting.definitions.periods import Span
from reporting.reports.adding_up import checked
from reporting.reports.document import Column, Report, Table
from reporting.reports.scope import Scope
from reporting.rollup.cases import PLAIN_KINDS
from units.clock.days import day_bounds

REPORT: Final = _("Báo cáo phản ánh")
CAME, DONE, OPEN = "Vụ việc phải giải quyết", "Đã kết thúc trong kỳ", "Còn lại cuối kỳ"
NUMBERS: Final = (
    *((CAME, "Tổng số"), (CAME, "Kỳ trước chuyển sang"), (CAME, "Nhận trong kỳ")),
    *((DONE, "Tổng số"), (DONE, "Giải quyết đúng hạn"), (DONE, "Giải quyết trễ hạn")),
    *((DONE, "Không thụ lý"), (DONE, "Chuyển cơ quan khác"), (DONE, "Người gửi rút")),
    *((OPEN, "Tổng số"), (OPEN, "Trong hạn, đang chờ"), (OPEN, "Quá hạn")),
)
COLUMNS: Final = (
    Column("TT", 0.5, number="(1)"),
    Column("Loại", 2.6, number="(2)"),
    *(Column(name, 1, group, f"({n})", is_number=True) for n, (group, name) in enumerate(NUMBERS, 3)),
)


@dataclass(frozen=True, slots=True)
class CaseReportRow:
    """One kind; the numbers beside the columns are those printed above them."""

    name: str  # 2: of the kind
    all: int  # 3
    carried_over: int  # 4
    received: int  # 5
    ended: int  # 6
    on_time: int  # 7
    late: int  # 8
    not_accepted: int  # 9
    transferred: int  # 10
    withdrawn: int  # 11
    pending: int  # 12
    in_time: int  # 13
    overdue: int  # 14

    @property
    def identities(self) -> list[tuple[str, int, int]]:
        ended = self.on_time + self.late + self.not_accepted + self.transferred + self.withdrawn
        return [
            ("3 = 4 + 5", self.all, self.carried_over + self.received),
            ("6 = 7 + 8 + 9 + 10 + 11", self.ended, ended),
            ("12 = 13 + 14", self.pending, self.in_time + self.overdue),
            ("3 = 6 + 12", self.all, self.ended + self.pending),
        ]


def cases_report(scope: Scope, period: Span, *, at: datetime) -> Report:
    """Raises RuleBroken, naming it, when a row or the total does not add up. One query."""
    rows = read_case_rows(scope.keys, period, at=at)
    sums = [sum(column) for column in zip(*(astuple(row)[1:] for row in rows), strict=True)]
    (total,) = checked([CaseReportRow("Tổng cộng", *sums)], report=REPORT) if sums else [None]
    return Report(
        form="",
        title="Tình hình, kết quả xử lý phản ánh, kiến nghị, khiếu nại",
        period=period.official,
        scope=scope.words,
        tables=[
            Table(
                "Kết quả xử lý theo loại",
                COLUMNS,
                [[number, *astuple(row)] for number, row in enumerate(rows, 1)],
                total=["", *astuple(total)] if total else None,
                empty="Trong kỳ không có vụ việc nào.",
            )
        ],
        notes=(
            "Không gồm tố cáo và thông tin có nội dung tố cáo: thanh tra báo cáo riêng theo Luật Tố cáo.",
            "Cột 13 gồm cả vụ việc chờ người gửi bổ sung hoặc tạm đình chỉ vào cuối kỳ.",
            "Đã kiểm tra từng dòng: 3 = 4 + 5; 6 = 7 + 8 + 9 + 10 + 11; 12 = 13 + 14; 3 = 6 + 12.",
        ),
    )


def read_case_rows(units: Sequence[int], period: Span, *, at: datetime) -> list[CaseReportRow]:
    """Cases by the unit that has them now; a period that is not over ends at `at`. A reopened case counts by its
    present status. Raises RuleBroken when a row does not add up."""
    start, end = day_bounds(period.first)[0], min(day_bounds(period.last)[1], at)
    then = CaseEvent.objects.filter(case=OuterRef("pk"), at__lt=end).order_by("-number")
    rows = Case.objects.plain().filter(unit__in=units, received_at__lt=end)
    rows = rows.filter(Q(finished_at=None) | Q(finished_at__gte=start))
    rows = rows.annotate(status_then=Coalesce(Subquery(then.values("to_status")[:1]), "status"))
    counts = {f"n_{name}": Count("pk", filter=condition) for name, condition in _columns(start, end).items()}
    counted = rows.values("kind").annotate(n_all=Count("pk"), **counts).order_by()
    found = {kind: numbers for kind, *numbers in counted.values_list("kind", "n_all", *counts)}
    lines = [CaseReportRow(str(KIND_LABELS[kind]), *found[kind]) for kind in PLAIN_KINDS if kind in found]
    return checked(lines, report=REPORT)


def _columns(start: datetime, end: datetime) -> dict[str, Q]:
    """What columns 4 to 14 count, in their order."""
    done = Q(finished_at__lt=end)
    settled = done & Q(outcome__in=sorted(SETTLEMENTS))
    pending = Q(finished_at=None) | Q(finished_at__gte=end)
    overdue = Q(due_at__lt=end) & ~Q(status_then__in=sorted(WAITING))
    return {
        "carried_over": Q(received_at__lt=start),
        "received": Q(received_at__gte=start),
        "ended": done,
        "on_time": settled & Q(finished_at__lte=F("due_at")),
        "late": settled & Q(finished_at__gt=F("due_at")),
        "not_accepted": done & Q(outcome=Outcome.NOT_ACCEPTED),
        "transferred": done & Q(outcome=Outcome.TRANSFERRED),
        "withdrawn": done & Q(outcome=Outcome.WITHDRAWN),
        "pending": pending,
        "in_time": pending & ~overdue,
        "overdue": pending & overdue,
    }
