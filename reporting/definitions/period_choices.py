"""What periods are called in forms, and why there are no figures of one that was asked for."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reporting.definitions.periods import Sort as Length
from reporting.definitions.periods import Span

LENGTHS = {
    Length.DAY: _("Ngày"),
    Length.WEEK: _("Tuần"),
    Length.MONTH: _("Tháng"),
    Length.QUARTER: _("Quý"),
    Length.HALF: _("Nửa năm"),
    Length.YEAR: _("Năm"),
    Length.RANGE: _("Khoảng ngày"),
}


EARLIEST = date(2000, 1, 1)


def nothing_known(span: Span, today: date) -> str:
    """Why there are no figures of a span, in a sentence; empty where there may be some.

    Of a range only the end is in doubt: all others end a few months from their beginning.
    """
    if span.first < EARLIEST:
        return gettext("Không có số liệu trước năm 2000.")
    if span.first > today:
        return gettext("Kỳ này chưa bắt đầu.")
    return gettext("Ngày cuối sau năm nay.") if span.sort is Length.RANGE and span.last.year > today.year else ""
