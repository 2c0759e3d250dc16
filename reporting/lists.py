"""The dossiers behind every figure: what a number on the dashboard counts, this module lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Q, TextChoices
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from dossiers.models import DossierQuerySet
from dossiers.states import Outcome, Status
from reporting.open_then import overdue_then, waiting_then
from reporting.periods import Month, Span
from units.working_calendar import OFFICE_TIME

WITH_RESULT = (Outcome.GRANTED, Outcome.DECLINED)


class Sort(TextChoices):
    """What a list holds; the values stand in addresses."""

    OVERDUE = "qua-han", _("Đang quá hạn")
    OVERDUE_ELSEWHERE = "qua-han-o-noi-khac", _("Quá hạn, đang ở nơi khác")
    OVERDUE_FOR_OTHERS = "giu-ho-qua-han", _("Quá hạn do nơi khác giải quyết, đang ở đây")
    BEHIND = "cham-buoc", _("Đang chậm bước")
    SOON = "sap-den-han", _("Sắp đến hạn")
    WAITING = "cho", _("Chờ bổ sung, nghĩa vụ tài chính")
    RECEIVED = "tiep-nhan", _("Đã tiếp nhận")
    RESOLVED = "da-tra", _("Đã giải quyết")
    IN_TIME = "dung-han", _("Giải quyết đúng hạn")
    EARLY = "truoc-han", _("Giải quyết trước hạn")
    LATE = "tre-han", _("Giải quyết trễ hạn")
    REAPPOINTED_LATE = "tre-da-hen-lai", _("Trễ hạn, đã xin lỗi và hẹn lại")
    ANSWERED_FOR = "lam-tre", _("Trễ hạn, theo đơn vị làm trễ")
    REFUSED = "tu-choi", _("Không tiếp nhận")
    WITHDRAWN = "rut-dung", _("Xin rút, dừng hẳn")
    OVER_MORE = "qua-tren-10-ngay", _("Quá hơn 10 ngày làm việc")
    OVER_TEN = "qua-6-10-ngay", _("Quá 6–10 ngày làm việc")
    OVER_FIVE = "qua-3-5-ngay", _("Quá 3–5 ngày làm việc")
    OVER_TWO = "qua-1-2-ngay", _("Quá đến 2 ngày làm việc")
    DUE_TODAY = "han-hom-nay", _("Đến hạn hôm nay")
    LEFT_TWO = "con-1-2-ngay", _("Còn 1–2 ngày làm việc")
    LEFT_FIVE = "con-3-5-ngay", _("Còn 3–5 ngày làm việc")
    LEFT_MORE = "con-hon-5-ngay", _("Còn hơn 5 ngày làm việc")
    SUPPLEMENTED = "phai-bo-sung", _("Đã phải bổ sung giấy tờ")
    REPEATED = "bo-sung-nhieu-lan", _("Phải bổ sung hơn một lần")
    REAPPOINTED = "da-hen-lai", _("Đã xin lỗi, hẹn lại")
    LATE_APOLOGY = "xin-loi-muon", _("Xin lỗi muộn")
    UNAPOLOGISED = "khong-xin-loi", _("Trễ mà không xin lỗi")
    LATE_AGAIN = "tre-lan-nua", _("Trễ cả hẹn lại")
    LEGS = "chang-xong", _("Chặng đã xong")
    LATE_LEGS = "chang-tre", _("Chặng quá giờ")
    IN_HAND = "dang-lam", _("Đang ở chặng của đơn vị")


OPEN_NOW = frozenset({Sort.OVERDUE, Sort.SOON, Sort.WAITING})
"""Sorts that are about this moment; all others are about a month."""

OF_A_PAST_DAY = frozenset({Sort.OVERDUE, Sort.WAITING})
"""Those of them that can be told of a past day too."""

_WITHOUT_RESULT = {
    Sort.REFUSED: Q(status=Status.REFUSED),
    Sort.WITHDRAWN: Q(outcome__in=[Outcome.WITHDRAWN, Outcome.STOPPED]),
}

AGED = frozenset(
    {
        *(Sort.OVER_MORE, Sort.OVER_TEN, Sort.OVER_FIVE, Sort.OVER_TWO),
        *(Sort.DUE_TODAY, Sort.LEFT_TWO, Sort.LEFT_FIVE, Sort.LEFT_MORE),
    }
)
"""Open ones by working days to or over the due date: `reporting.ages` says from when to when."""

IN_HAND = frozenset({Sort.IN_HAND, Sort.OVERDUE_FOR_OTHERS, Sort.BEHIND})
"""What a unit has in hand, whoever handles it."""

ABOUT_NOW = OPEN_NOW | AGED | IN_HAND | {Sort.OVERDUE_ELSEWHERE}

CARED_FOR = {
    Sort.SUPPLEMENTED: Q(supplements__gt=0),
    Sort.REPEATED: Q(supplements__gt=1),
    Sort.REAPPOINTED: Q(new_due_at__isnull=False),
    Sort.LATE_APOLOGY: Q(new_due_at__isnull=False, is_late_apology=True),
    Sort.UNAPOLOGISED: Q(new_due_at=None, finished_at__gt=F("due_at"), outcome__in=WITH_RESULT),
    Sort.LATE_AGAIN: Q(finished_at__gt=F("new_due_at")) & Q(finished_at__gt=F("due_at"), outcome__in=WITH_RESULT),
}
"""Of what was finished in a month: what `CareTally` counts."""

COUNTED_AS = {
    Sort.RECEIVED: ("received",),
    Sort.RESOLVED: ("early", "on_time", "late"),
    Sort.IN_TIME: ("early", "on_time"),
    Sort.EARLY: ("early",),
    Sort.LATE: ("late",),
    Sort.REAPPOINTED_LATE: ("reappointed",),
    Sort.REFUSED: ("refused",),
    Sort.WITHDRAWN: ("withdrawn",),
}
"""The columns of `DailyTally` that count them, by the day of receipt or of finishing."""

UNIT_OF = {Sort.ANSWERED_FOR: "late_unit"}
"""The column of the unit a list is about, where that is not the handling one."""


def listed(sort: Sort, rows: DossierQuerySet, *, month: Month | Span, at: datetime, soon: datetime) -> DossierQuerySet:
    """The dossiers of `sort` among `rows`, in the order in which they need attention.

    `month`, any span, matters to what was received or finished, `at` and `soon` (end of "due soon") to what is open.
    """
    match sort:
        case Sort.OVERDUE | Sort.OVERDUE_ELSEWHERE | Sort.OVERDUE_FOR_OTHERS:
            return rows.overdue(at).order_by("due_at", "pk")
        case Sort.IN_HAND | Sort.BEHIND:
            return rows.order_by("due_at", "pk")
        case Sort.SOON:
            return rows.due_within(at, soon).order_by("due_at", "pk")
        case Sort.WAITING:
            return rows.waiting().order_by("submitted_at", "pk")
        case Sort.RECEIVED:
            received = rows.filter(received_at__gte=month.start, received_at__lt=month.end)
            return received.order_by("-received_at", "pk")
        case Sort.REFUSED | Sort.WITHDRAWN:
            ended = rows.filter(finished_at__gte=month.start, finished_at__lt=month.end)
            return ended.filter(_WITHOUT_RESULT[sort]).order_by("-finished_at", "pk")
        case _ if sort in CARED_FOR:
            finished = rows.filter(finished_at__gte=month.start, finished_at__lt=month.end)
            return finished.filter(CARED_FOR[sort]).order_by("-finished_at", "pk")
        case _:
            return _resolved(sort, rows, month).order_by("-finished_at", "pk")


def listed_then(sort: Sort, rows: DossierQuerySet, units: Sequence[int], day: date) -> DossierQuerySet:
    """Those that were overdue or waiting at `units` at the end of a past day, whatever became of them since."""
    found = overdue_then(units, day) if sort is Sort.OVERDUE else waiting_then(units, day)
    return rows.filter(pk__in=[one.dossier_id for one in found]).order_by("due_at", "pk")


def _resolved(sort: Sort, rows: DossierQuerySet, month: Month | Span) -> DossierQuerySet:
    resolved = rows.resolved().filter(finished_at__gte=month.start, finished_at__lt=month.end)
    match sort:
        case Sort.IN_TIME:
            return resolved.filter(finished_at__lte=F("due_at"))
        case Sort.LATE | Sort.ANSWERED_FOR:
            return resolved.filter(finished_at__gt=F("due_at"))
        case Sort.REAPPOINTED_LATE:
            return resolved.filter(finished_at__gt=F("due_at"), new_due_at__isnull=False)
        case Sort.EARLY:
            return resolved.annotate(
                finished_on=TruncDate("finished_at", tzinfo=OFFICE_TIME),
                due_on=TruncDate("due_at", tzinfo=OFFICE_TIME),
            ).filter(finished_on__lt=F("due_on"))
        case _:
            return resolved
