"""The cases behind every figure of the inbox: what a number counts, this module lists. Never a sealed one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F, TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.clock.states import Outcome
from complaints.models import Case, CaseQuerySet
from reporting.dashboards.counted_lists import Counted, stretches
from reporting.definitions.periods import Span
from reporting.models import CaseTally


class CaseSort(TextChoices):
    """What a list of cases holds; the values stand in addresses."""

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


CASES_NOW: Final = frozenset({CaseSort.OVERDUE, CaseSort.OPEN})
_COUNTED_AS: Final = {
    CaseSort.RECEIVED: ("received",),
    CaseSort.SETTLED: ("on_time", "late"),
    CaseSort.IN_TIME: ("on_time",),
    CaseSort.LATE: ("late",),
    CaseSort.REOPENED: ("reopened",),
    CaseSort.NOT_ACCEPTED: ("not_accepted",),
    CaseSort.TRANSFERRED: ("transferred",),
    CaseSort.WITHDRAWN: ("withdrawn",),
}
_ENDED_AS: Final = {
    CaseSort.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    CaseSort.TRANSFERRED: Outcome.TRANSFERRED,
    CaseSort.WITHDRAWN: Outcome.WITHDRAWN,
}


def listed_cases(sort: CaseSort, rows: CaseQuerySet, *, span: Span, at: datetime) -> CaseQuerySet:
    """The plain cases among `rows` that a figure counts, what needs attention first."""
    rows = rows.plain()
    match sort:
        case CaseSort.OVERDUE:
            return rows.overdue(at).order_by("next_due_at", "pk")
        case CaseSort.OPEN:
            return rows.open().order_by(F("next_due_at").asc(nulls_last=True), "pk")
        case CaseSort.RECEIVED:
            return rows.filter(received_at__gte=span.start, received_at__lt=span.end).order_by("-received_at", "pk")
    ended = rows.filter(finished_at__gte=span.start, finished_at__lt=span.end).order_by("-finished_at", "pk")
    if sort in _ENDED_AS:
        return ended.filter(outcome=_ENDED_AS[sort])
    settled = ended.resolved()
    if sort is CaseSort.IN_TIME:
        return settled.filter(finished_at__lte=F("due_at"))
    if sort is CaseSort.LATE:
        return settled.filter(finished_at__gt=F("due_at"))
    return settled.filter(reopened__gt=0) if sort is CaseSort.REOPENED else settled


def counted_cases(
    sort: CaseSort, rows: CaseQuerySet, units: Sequence[int], narrowed: Mapping[str, Any], span: Span
) -> Counted[Case] | CaseQuerySet:
    """`rows`, which are the listed cases of `units`, `narrowed` to values of some columns, as the roll-up counted
    them, in one query; themselves where the sort is about this moment."""
    if sort in CASES_NOW:
        return rows
    tallies = CaseTally.objects.details() if narrowed else CaseTally.objects.totals()
    tallies = tallies.filter(unit__in=units, **narrowed).between(span.first, span.last)
    moment = "received_at" if sort is CaseSort.RECEIVED else "finished_at"
    return Counted(rows, moment, stretches(_COUNTED_AS[sort], tallies))
