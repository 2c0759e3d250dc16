"""Lists of the cases that each figure counts. Never a sealed case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F, TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.clock.states import Outcome
from complaints.models import Case, CaseQuerySet
from reporting.dashboards.counted_lists import CountedList, counted_days
from reporting.definitions.periods import Span
from reporting.models import CaseTally


class CaseListKind(TextChoices):
    """Which cases a list shows; the values are used in addresses."""

    OVERDUE = "qua-han", _("Đang quá hạn")
    OPEN = "dang-mo", _("Đang mở")
    RECEIVED = "nhan", _("Đã nhận")
    SETTLED = "giai-quyet", _("Đã giải quyết, trả lời")
    IN_TIME = "dung-han", _("Giải quyết đúng hạn")
    LATE = "tre-han", _("Giải quyết trễ hạn")
    REOPENED = "xem-lai", _("Đã giải quyết sau khi xem lại")
    NOT_ACCEPTED = "khong-thu-ly", _("Không thụ lý")
    TRANSFERRED = "chuyen", _("Chuyển cơ quan có thẩm quyền")
    WITHDRAWN = "rut", _("Người gửi rút")


ABOUT_NOW: Final = frozenset({CaseListKind.OVERDUE, CaseListKind.OPEN})
_COUNTED_AS: Final = {
    CaseListKind.RECEIVED: ("received",),
    CaseListKind.SETTLED: ("on_time", "late"),
    CaseListKind.IN_TIME: ("on_time",),
    CaseListKind.LATE: ("late",),
    CaseListKind.REOPENED: ("reopened",),
    CaseListKind.NOT_ACCEPTED: ("not_accepted",),
    CaseListKind.TRANSFERRED: ("transferred",),
    CaseListKind.WITHDRAWN: ("withdrawn",),
}
_ENDED_AS: Final = {
    CaseListKind.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    CaseListKind.TRANSFERRED: Outcome.TRANSFERRED,
    CaseListKind.WITHDRAWN: Outcome.WITHDRAWN,
}


def listed_cases(kind: CaseListKind, rows: CaseQuerySet, *, span: Span, at: datetime) -> CaseQuerySet:
    """The plain cases among `rows` that a figure counts, the most urgent first."""
    rows = rows.plain()
    match kind:
        case CaseListKind.OVERDUE:
            return rows.overdue(at).order_by("next_due_at", "pk")
        case CaseListKind.OPEN:
            return rows.open().order_by(F("next_due_at").asc(nulls_last=True), "pk")
        case CaseListKind.RECEIVED:
            return rows.filter(received_at__gte=span.start, received_at__lt=span.end).order_by("-received_at", "pk")
    ended = rows.filter(finished_at__gte=span.start, finished_at__lt=span.end).order_by("-finished_at", "pk")
    if kind in _ENDED_AS:
        return ended.filter(outcome=_ENDED_AS[kind])
    settled = ended.resolved()
    if kind is CaseListKind.IN_TIME:
        return settled.filter(finished_at__lte=F("due_at"))
    if kind is CaseListKind.LATE:
        return settled.filter(finished_at__gt=F("due_at"))
    return settled.filter(reopened__gt=0) if kind is CaseListKind.REOPENED else settled


def counted_cases(
    kind: CaseListKind, rows: CaseQuerySet, units: Sequence[int], filters: Mapping[str, Any], span: Span
) -> CountedList[Case] | CaseQuerySet:
    """`rows` (the listed cases of `units`, filtered by `filters`) with the length that the roll-up counted, by one
    query; `rows` themselves where the kind is about now."""
    if kind in ABOUT_NOW:
        return rows
    tallies = CaseTally.objects.details() if filters else CaseTally.objects.totals()
    tallies = tallies.filter(unit__in=units, **filters).between(span.first, span.last)
    moment = "received_at" if kind is CaseListKind.RECEIVED else "finished_at"
    return CountedList(rows, moment, counted_days(_COUNTED_AS[kind], tallies))
