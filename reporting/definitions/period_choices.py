"""What periods are called in forms, and why there are no figures of one that was asked for."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reporting.definitions.periods import PeriodLength, Span

LENGTHS = {
    PeriodLength.DAY: _("Ngày"),
    PeriodLength.WEEK: _("Tuần"),
    PeriodLength.MONTH: _("Tháng"),
    PeriodLength.QUARTER: _("Quý"),
    PeriodLength.HALF: _("Nửa năm"),
    PeriodLength.YEAR: _("Năm"),
    PeriodLength.RANGE: _("Khoảng ngày"),
}


EARLIEST = date(2000, 1, 1)


def why_no_figures(span: Span, today: date) -> str:
    """Why there are no figures of a span, in a sentence; empty where there may be some.

    Of a range only the end is in doubt: all others end a few months from their beginning.
    """
    if span.first < EARLIEST:
        return gettext("Không có số liệu trước năm 2000.")
    if span.first > today:
        return gettext("Kỳ này chưa bắt đầu.")
    is_too_late = span.length is PeriodLength.RANGE and span.last.year > today.year
    return gettext("Ngày cuối sau năm nay.") if is_too_late else ""
