"""Names of periods in forms, and the reasons why a period has no figures."""

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
    """A sentence saying why a span has no figures; empty where it may have some.

    Only a range is checked for its end: every other span ends within a year of its beginning.
    """
    if span.first < EARLIEST:
        return gettext("Không có số liệu trước năm 2000.")
    if span.first > today:
        return gettext("Kỳ này chưa bắt đầu.")
    is_too_late = span.length is PeriodLength.RANGE and span.last.year > today.year
    return gettext("Ngày cuối sau năm nay.") if is_too_late else ""
