"""Form II.06a as a report; `ii_06a_counts` counts it, `ii_06a_rows` says what must add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Final

from reporting.definitions.periods import Span
from reporting.reports.adding_up import checked
from reporting.reports.document import Column, Report, Table
from reporting.reports.ii_06a_counts import read_form_06a
from reporting.reports.ii_06a_rows import FORM, Form06aRow
from reporting.reports.scope import Scope

CAME, DONE, OPEN = "Số hồ sơ tiếp nhận", "Số hồ sơ đã giải quyết", "Số hồ sơ đang giải quyết"
NUMBERS: Final = (
    *(
        (CAME, "Tổng số"),
        (CAME, "Trực tuyến trong kỳ"),
        (CAME, "Trực tiếp, bưu chính trong kỳ"),
        (CAME, "Từ kỳ trước"),
    ),
    *((DONE, "Tổng số"), (DONE, "Trước hạn"), (DONE, "Đúng hạn"), (DONE, "Quá hạn")),
    *((OPEN, "Tổng số"), (OPEN, "Trong hạn"), (OPEN, "Quá hạn")),
)
COLUMNS: Final = (
    Column("TT", 0.5, number="(1)"),
    Column("Lĩnh vực", 3.2, number="(2)"),
    *(Column(name, 1, group, f"({n})", is_number=True) for n, (group, name) in enumerate(NUMBERS, 3)),
)
TOTAL: Final = "Tổng cộng"
NOTES: Final = (
    "Cột 9 gồm cả hồ sơ kết thúc không có kết quả: người nộp xin rút, dừng hẳn, từ chối.",
    "Cột 12 gồm cả hồ sơ chờ bổ sung, chờ nghĩa vụ tài chính hoặc tạm dừng vào cuối kỳ.",
    "Đã kiểm tra từng dòng: 3 = 4 + 5 + 6; 7 = 8 + 9 + 10; 11 = 12 + 13; 3 = 7 + 11.",
)


def ii_06a(scope: Scope, period: Span, *, at: datetime) -> Report:
    """Raises RuleBroken, naming it, when a row or the total does not add up. One query."""
    rows = read_form_06a(scope.keys, period.first, period.last, at=at)
    total = total_row(rows)
    return Report(
        form="Biểu II.06a",
        title="Tình hình, kết quả giải quyết thủ tục hành chính",
        period=period.official,
        scope=scope.words,
        tables=[
            Table(
                "Kết quả giải quyết theo lĩnh vực",
                COLUMNS,
                [[number, *astuple(row)] for number, row in enumerate(rows, 1)],
                total=["", *astuple(total)],
                empty="Trong kỳ không có hồ sơ nào.",
            )
        ],
        notes=NOTES,
    )


def total_row(rows: Sequence[Form06aRow]) -> Form06aRow:
    """The sum of all fields, checked as they are."""
    numbers = [astuple(row)[1:] for row in rows]
    sums = [sum(column) for column in zip(*numbers, strict=True)] or [0] * len(NUMBERS)
    return checked([Form06aRow(TOTAL, *sums)], report=FORM)[0]
