"""What kinds, statuses, acts and outcomes are called, and who may read a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership
from complaints.clock.rules import Grade
from complaints.clock.states import EventKind, Kind, Outcome, Status

READING_ROLES = (
    Membership.Role.CLERK,
    Membership.Role.SPECIALIST,
    Membership.Role.LEADER,
    Membership.Role.OFFICIAL,
)

KIND_LABELS = {
    Kind.GRIEVANCE: _("Khiếu nại"),
    Kind.DENUNCIATION: _("Tố cáo"),
    Kind.DENUNCIATION_INFO: _("Thông tin có nội dung tố cáo"),
    Kind.PETITION: _("Kiến nghị, phản ánh"),
    Kind.FIELD_REPORT: _("Phản ánh hiện trường"),
    Kind.QUESTION: _("Câu hỏi"),
    Kind.PRAISE: _("Lời khen"),
}
STATUS_LABELS = {
    Status.NEW: pgettext_lazy("case", "Mới nhận"),
    Status.SORTED: pgettext_lazy("case", "Đã phân loại"),
    Status.AWAITING_SUPPLEMENT: pgettext_lazy("case", "Chờ người gửi bổ sung"),
    Status.ACCEPTED: pgettext_lazy("case", "Đã thụ lý"),
    Status.SETTLING: pgettext_lazy("case", "Đang giải quyết"),
    Status.SUSPENDED: pgettext_lazy("case", "Tạm đình chỉ"),
    Status.SETTLED: pgettext_lazy("case", "Đã giải quyết"),
    Status.ANSWERED: pgettext_lazy("case", "Đã trả lời"),
    Status.CLOSED: pgettext_lazy("case", "Đã đóng"),
    Status.NOT_ACCEPTED: pgettext_lazy("case", "Không thụ lý"),
    Status.TRANSFERRED: pgettext_lazy("case", "Đã chuyển cơ quan có thẩm quyền"),
    Status.WITHDRAWN: pgettext_lazy("case", "Đã rút"),
}
EVENT_LABELS = {
    EventKind.RECEIVED: pgettext_lazy("case history", "Nhận đơn, phản ánh"),
    EventKind.SORTED: pgettext_lazy("case history", "Phân loại"),
    EventKind.SUPPLEMENT_ASKED: pgettext_lazy("case history", "Đề nghị người gửi bổ sung"),
    EventKind.SUPPLEMENTED: pgettext_lazy("case history", "Người gửi đã bổ sung"),
    EventKind.ACCEPTED: pgettext_lazy("case history", "Thụ lý"),
    EventKind.NOT_ACCEPTED: pgettext_lazy("case history", "Không thụ lý"),
    EventKind.TRANSFERRED: pgettext_lazy("case history", "Chuyển cơ quan có thẩm quyền"),
    EventKind.STARTED: pgettext_lazy("case history", "Bắt đầu giải quyết"),
    EventKind.GRADED: pgettext_lazy("case history", "Xác định mức độ"),
    EventKind.EXTENDED: pgettext_lazy("case history", "Gia hạn giải quyết"),
    EventKind.SUSPENDED: pgettext_lazy("case history", "Tạm đình chỉ"),
    EventKind.RESUMED: pgettext_lazy("case history", "Giải quyết tiếp"),
    EventKind.SETTLED: pgettext_lazy("case history", "Ra quyết định, kết luận"),
    EventKind.ANSWERED: pgettext_lazy("case history", "Trả lời người gửi"),
    EventKind.CLOSED: pgettext_lazy("case history", "Đóng vụ việc"),
    EventKind.WITHDRAWN: pgettext_lazy("case history", "Người gửi rút"),
    EventKind.WITHDRAWAL_NOTED: pgettext_lazy("case history", "Người gửi rút, vẫn giải quyết tiếp"),
    EventKind.REOPENED: pgettext_lazy("case history", "Người gửi đề nghị xem lại"),
    EventKind.ASSIGNED: pgettext_lazy("case history", "Giao người xử lý"),
    EventKind.PASSED_ON: pgettext_lazy("case history", "Chuyển đơn vị khác"),
    EventKind.TAKEN_OVER: pgettext_lazy("case history", "Đơn vị đã nhận"),
    EventKind.SENT_BACK: pgettext_lazy("case history", "Đơn vị không nhận"),
    EventKind.DRAFTED: pgettext_lazy("case history", "Trình dự thảo trả lời"),
    EventKind.DRAFT_RETURNED: pgettext_lazy("case history", "Trả lại dự thảo"),
    EventKind.HANDLER_NAMED: pgettext_lazy("case history", "Chỉ định người được giao"),
    EventKind.HANDLER_ENDED: pgettext_lazy("case history", "Thôi giao cho một người"),
    EventKind.RECALENDARED: pgettext_lazy("case history", "Lịch làm việc thay đổi"),
    EventKind.CALENDAR_UNDONE: pgettext_lazy("case history", "Hoàn lại thay đổi lịch"),
    EventKind.CONTINUED: pgettext_lazy("case history", "Đơn vị kế tục giải quyết tiếp"),
}
OUTCOME_LABELS = {
    Outcome.UPHELD: pgettext_lazy("case outcome", "Đúng"),
    Outcome.PARTLY_UPHELD: pgettext_lazy("case outcome", "Đúng một phần"),
    Outcome.REJECTED: pgettext_lazy("case outcome", "Sai"),
    Outcome.DEALT_WITH: pgettext_lazy("case outcome", "Đã xử lý xong"),
    Outcome.EXPLAINED: pgettext_lazy("case outcome", "Đã giải đáp"),
    Outcome.NOT_ACCEPTED: pgettext_lazy("case outcome", "Không thụ lý"),
    Outcome.TRANSFERRED: pgettext_lazy("case outcome", "Đã chuyển"),
    Outcome.WITHDRAWN: pgettext_lazy("case outcome", "Đã rút"),
}
GRADE_LABELS = {
    Grade.NORMAL: pgettext_lazy("case grade", "Bình thường"),
    Grade.COMPLEX: pgettext_lazy("case grade", "Phức tạp"),
    Grade.URGENT: pgettext_lazy("case grade", "Khẩn"),
}


class Channel(models.TextChoices):
    """How a case came in."""

    WEB = "web", _("Trang này")
    HOTLINE = "hotline", _("Đường dây nóng")
    COUNTER = "counter", _("Trực tiếp tại quầy")
    BOX = "box", _("Hòm thư góp ý")
    POST = "post", pgettext_lazy("channel", "Bưu điện")
    EMAIL = "email", _("Thư điện tử")
    PARTNER = "partner", _("Hệ thống khác chuyển đến")
    OPEN311 = "open311", "Open311"


CHANNEL_LABELS = {channel: channel.label for channel in Channel}
