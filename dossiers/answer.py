"""The one answer a citizen gets about a dossier: is there a result, when, where, and what is to be done.

It says nothing that names a person, nor how the office decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.models import STATUS_LABELS, Dossier
from dossiers.states import RUNNING, Status
from dossiers.wording import Badge, late_words, working_days_left
from units.wording import weekday_date
from units.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Answer:
    """`headline` is the date wherever there is one; `to_do` says what the citizen has to do, if anything."""

    badge: Badge
    headline: str
    detail: str
    to_do: str
    more: str = ""
    is_bad: bool = False
    wants_call: bool = False


def answer_for(dossier: Dossier, at: datetime, calendar: WorkingCalendar) -> Answer:
    match dossier.state:
        case Status.DONE:
            return _done(dossier)
        case Status.RETURNED:
            return _returned(dossier)
        case Status.REFUSED:
            return _refused(dossier)
        case status if status in RUNNING and dossier.due_at:
            return _late(dossier, at, calendar) if dossier.due_at < at else _running(dossier, at, calendar)
        case _:
            return _waiting(dossier)


def _day(at: datetime | None) -> str:
    return weekday_date(at, get_language() or "vi") if at else ""


def _running(dossier: Dossier, at: datetime, calendar: WorkingCalendar) -> Answer:
    assert dossier.due_at is not None
    left = working_days_left(dossier.due_at, at, calendar)
    return Answer(
        badge=Badge("ok", "tick-circle", _("Đúng tiến độ")),
        headline=_("Hẹn trả %(day)s") % {"day": _day(dossier.due_at)},
        detail=f"{left} {_delivery(dossier)}",
        to_do=_("Ông/bà không cần làm gì thêm."),
        more=_("Khi có kết quả, trang này sẽ báo ngay."),
    )


def _late(dossier: Dossier, at: datetime, calendar: WorkingCalendar) -> Answer:
    assert dossier.due_at is not None
    return Answer(
        badge=Badge("bad", "triangle", late_words(dossier.due_at, at, calendar)),
        headline=_("Hẹn trả %(day)s, đã trễ") % {"day": _day(dossier.due_at)},
        detail=_("Chúng tôi xin lỗi ông/bà vì chưa có kết quả đúng hẹn. Hồ sơ đang ở %(holder)s.")
        % {"holder": dossier.holder.name},
        to_do=_("Ông/bà không phải nộp lại giấy tờ."),
        more=_("Muốn biết lý do và ngày có kết quả, xin gọi cho chúng tôi."),
        is_bad=True,
        wants_call=True,
    )


def _waiting(dossier: Dossier) -> Answer:
    return Answer(
        badge=Badge("neutral", "pause", str(STATUS_LABELS[dossier.state])),
        headline=_("Thời hạn đang tạm dừng"),
        detail=_("Hồ sơ đang ở %(holder)s.") % {"holder": dossier.holder.name},
        to_do=_("Xin liên hệ nơi nhận hồ sơ để biết việc cần làm."),
        wants_call=True,
    )


def _done(dossier: Dossier) -> Answer:
    comes = dossier.delivery == Dossier.Delivery.DESK
    return Answer(
        badge=Badge("ok", "tick", _("Đã có kết quả")),
        headline=_("Có kết quả từ %(day)s") % {"day": _day(dossier.finished_at)},
        detail=_delivery(dossier),
        to_do=_("Mời ông/bà đến nhận kết quả.") if comes else _("Ông/bà không cần đến nơi nhận hồ sơ."),
        more=_bring(dossier) if comes else _pay(dossier),
        wants_call=not comes,
    )


def _delivery(dossier: Dossier) -> str:
    """How the result reaches the applicant; names no address, for whoever has the code reads it."""
    match dossier.delivery:
        case Dossier.Delivery.POST:
            return _("Kết quả được gửi qua bưu chính đến địa chỉ ghi trên giấy hẹn.")
        case Dossier.Delivery.ONLINE:
            return _("Kết quả được gửi đến thư điện tử ghi trên giấy hẹn.")
        case _:
            return _("Nhận kết quả tại %(desk)s.") % {"desk": dossier.desk.name}


def _bring(dossier: Dossier) -> str:
    if dossier.fee_status == Dossier.FeeStatus.LATER:
        return _("Mang theo giấy hẹn, giấy tờ tùy thân và tiền phí, lệ phí.")
    return _("Mang theo giấy hẹn và giấy tờ tùy thân.")


def _pay(dossier: Dossier) -> str:
    """What to ask for by telephone when the applicant does not come."""
    if dossier.fee_status == Dossier.FeeStatus.LATER:
        return _("Phí, lệ phí chưa nộp: xin gọi để biết cách nộp.")
    return _("Chưa nhận được thì xin gọi cho chúng tôi.")


def _returned(dossier: Dossier) -> Answer:
    return Answer(
        badge=Badge("ok", "tick", _("Đã trả kết quả")),
        headline=_("Đã trả kết quả %(day)s") % {"day": _day(dossier.returned_at)},
        detail=_("Có kết quả từ %(day)s.") % {"day": _day(dossier.finished_at)},
        to_do=_("Ông/bà không cần làm gì thêm."),
    )


def _refused(dossier: Dossier) -> Answer:
    return Answer(
        badge=Badge("neutral", "info", _("Không tiếp nhận")),
        headline=_("Không tiếp nhận ngày %(day)s") % {"day": _day(dossier.finished_at)},
        detail=_("Lý do đã được trao cho người nộp tại %(desk)s.") % {"desk": dossier.desk.name},
        to_do=_("Cần hỏi thêm, xin gọi cho chúng tôi."),
        wants_call=True,
    )
