"""What statuses, acts and causes are called, and who may read a file."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership
from dossiers.clock.states import EventKind, Status

READING_ROLES = (
    Membership.Role.CLERK,
    Membership.Role.SPECIALIST,
    Membership.Role.LEADER,
    Membership.Role.OFFICIAL,
)

LONG_TEXTS = ("search", "name_folded", "rest_folded", "sort_key", "conditions", "legal_basis", "coordinating")

STATUS_LABELS = {
    Status.SUBMITTED: _("Mới nộp"),
    Status.ACCEPTED: _("Đã tiếp nhận"),
    Status.REFUSED: _("Không tiếp nhận"),
    Status.IN_PROCESS: _("Đang giải quyết"),
    Status.AWAITING_SUPPLEMENT: _("Chờ bổ sung"),
    Status.AWAITING_PAYMENT: _("Chờ nộp nghĩa vụ tài chính"),
    Status.WITHDRAWAL_ASKED: _("Xin rút hồ sơ"),
    Status.STOPPED: _("Dừng giải quyết"),
    Status.DONE: _("Đã có kết quả"),
    Status.RETURNED: _("Đã trả kết quả"),
}
EVENT_LABELS = {
    EventKind.SUBMITTED: pgettext_lazy("history", "Nộp hồ sơ"),
    EventKind.REGISTERED: pgettext_lazy("history", "Tiếp nhận hồ sơ"),
    EventKind.REFUSED: pgettext_lazy("history", "Từ chối tiếp nhận"),
    EventKind.STARTED: pgettext_lazy("history", "Bắt đầu giải quyết"),
    EventKind.HANDED_OVER: pgettext_lazy("history", "Chuyển hồ sơ"),
    EventKind.TAKEN_OVER: pgettext_lazy("history", "Nhận bàn giao"),
    EventKind.SENT_BACK: pgettext_lazy("history", "Từ chối nhận bàn giao"),
    EventKind.ASSIGNED: pgettext_lazy("history", "Giao người xử lý"),
    EventKind.SUPPLEMENT_ASKED: pgettext_lazy("history", "Yêu cầu bổ sung giấy tờ"),
    EventKind.SUPPLEMENTED: pgettext_lazy("history", "Đã bổ sung, tính lại từ đầu"),
    EventKind.PAYMENT_ASKED: pgettext_lazy("history", "Yêu cầu nộp nghĩa vụ tài chính"),
    EventKind.PAID: pgettext_lazy("history", "Đã nộp, tính tiếp"),
    EventKind.WITHDRAWAL_ASKED: pgettext_lazy("history", "Người nộp xin rút"),
    EventKind.STOPPED: pgettext_lazy("history", "Dừng giải quyết"),
    EventKind.RESUMED: pgettext_lazy("history", "Giải quyết tiếp"),
    EventKind.REAPPOINTED: pgettext_lazy("history", "Xin lỗi và hẹn lại ngày trả"),
    EventKind.CORRECTED: pgettext_lazy("history", "Đính chính hồ sơ"),
    EventKind.CONSULTED: pgettext_lazy("history", "Lấy ý kiến đơn vị khác"),
    EventKind.CONSULT_ANSWERED: pgettext_lazy("history", "Có ý kiến trả lời"),
    EventKind.VISITED: pgettext_lazy("history", "Thẩm tra, xác minh"),
    EventKind.RECALENDARED: pgettext_lazy("history", "Lịch làm việc thay đổi"),
    EventKind.CALENDAR_UNDONE: pgettext_lazy("history", "Hoàn lại thay đổi lịch"),
    EventKind.CONTINUED: pgettext_lazy("history", "Chuyển sang đơn vị kế tục"),
    EventKind.FINISHED: pgettext_lazy("history", "Có kết quả"),
    EventKind.RETURNED: pgettext_lazy("history", "Trả kết quả"),
}


class LateCause(models.TextChoices):
    """Why a dossier was late; chosen by the unit that answers for it."""

    WORKLOAD = "workload", _("Quá nhiều hồ sơ")
    STAFF = "staff", _("Thiếu người: nghỉ ốm, nghỉ phép")
    VERIFICATION = "verification", _("Thẩm tra, xác minh kéo dài")
    CONSULTATION = "consultation", _("Đơn vị được hỏi trả lời chậm")
    HANDOVER = "handover", _("Bàn giao chậm giữa các đơn vị")
    SYSTEM = "system", _("Sự cố máy móc, phần mềm")
    LAW = "law", _("Vướng quy định, chờ hướng dẫn")
    APPLICANT = "applicant", _("Phía người nộp")
    OTHER = "other", _("Nguyên nhân khác")
