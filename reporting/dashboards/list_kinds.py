"""Which dossiers a list behind a figure holds: the word for it in addresses, and what each sort is about."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ListKind(TextChoices):
    """What a list holds; the values are used in addresses."""

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


OPEN_NOW = frozenset({ListKind.OVERDUE, ListKind.SOON, ListKind.WAITING})
"""Sorts that are about this moment; all others are about a month."""


OF_A_PAST_DAY = frozenset({ListKind.OVERDUE, ListKind.WAITING})
"""Those of them that can be shown for a past day too."""


BY_AGE = frozenset(
    {
        *(ListKind.OVER_MORE, ListKind.OVER_TEN, ListKind.OVER_FIVE, ListKind.OVER_TWO),
        *(ListKind.DUE_TODAY, ListKind.LEFT_TWO, ListKind.LEFT_FIVE, ListKind.LEFT_MORE),
    }
)
"""Open ones by working days to or over the due date: `reporting.dashboards.ages.figures` says from when to when."""


IN_HAND = frozenset({ListKind.IN_HAND, ListKind.OVERDUE_FOR_OTHERS, ListKind.BEHIND})
"""What a unit has in hand, whichever unit handles it."""


ABOUT_NOW = OPEN_NOW | BY_AGE | IN_HAND | {ListKind.OVERDUE_ELSEWHERE}
