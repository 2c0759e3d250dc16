"""The dossiers behind every figure: what a number on the dashboard counts, this module lists."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, TextChoices
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from dossiers.models import DossierQuerySet
from reporting.periods import Month
from units.working_calendar import OFFICE_TIME


class Sort(TextChoices):
    """What a list holds; the values stand in addresses."""

    OVERDUE = "qua-han", _("Đang quá hạn")
    SOON = "sap-den-han", _("Sắp đến hạn")
    WAITING = "cho", _("Chờ bổ sung, nghĩa vụ tài chính")
    RECEIVED = "tiep-nhan", _("Đã tiếp nhận")
    RESOLVED = "da-tra", _("Đã giải quyết")
    IN_TIME = "dung-han", _("Giải quyết đúng hạn")
    EARLY = "truoc-han", _("Giải quyết trước hạn")
    LATE = "tre-han", _("Giải quyết trễ hạn")
    ANSWERED_FOR = "lam-tre", _("Trễ hạn, theo đơn vị làm trễ")


OPEN_NOW = frozenset({Sort.OVERDUE, Sort.SOON, Sort.WAITING})
"""Sorts that are about this moment; all others are about a month."""

UNIT_OF = {Sort.ANSWERED_FOR: "late_unit"}
"""The column of the unit a list is about, where that is not the handling one."""


def listed(sort: Sort, rows: DossierQuerySet, *, month: Month, at: datetime, soon: datetime) -> DossierQuerySet:
    """The dossiers of `sort` among `rows`, in the order in which they need attention.

    `month` matters to what was received or finished, `at` and `soon` (end of "due soon") to what is open.
    """
    match sort:
        case Sort.OVERDUE:
            return rows.overdue(at).order_by("due_at", "pk")
        case Sort.SOON:
            return rows.due_within(at, soon).order_by("due_at", "pk")
        case Sort.WAITING:
            return rows.waiting().order_by("submitted_at", "pk")
        case Sort.RECEIVED:
            received = rows.filter(received_at__gte=month.start, received_at__lt=month.end)
            return received.order_by("-received_at", "pk")
        case _:
            return _resolved(sort, rows, month).order_by("-finished_at", "pk")


def _resolved(sort: Sort, rows: DossierQuerySet, month: Month) -> DossierQuerySet:
    resolved = rows.resolved().filter(finished_at__gte=month.start, finished_at__lt=month.end)
    match sort:
        case Sort.IN_TIME:
            return resolved.filter(finished_at__lte=F("due_at"))
        case Sort.LATE | Sort.ANSWERED_FOR:
            return resolved.filter(finished_at__gt=F("due_at"))
        case Sort.EARLY:
            return resolved.annotate(
                finished_on=TruncDate("finished_at", tzinfo=OFFICE_TIME),
                due_on=TruncDate("due_at", tzinfo=OFFICE_TIME),
            ).filter(finished_on__lt=F("due_on"))
        case _:
            return resolved
