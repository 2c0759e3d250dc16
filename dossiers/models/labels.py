"""Labels of statuses, events and causes of lateness; the roles that may read dossiers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from dossiers.clock.states import Status

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


class LateCause(models.TextChoices):
    """Why a dossier was late; chosen by the responsible unit."""

    WORKLOAD = "workload", _("Quá nhiều hồ sơ")
    STAFF = "staff", _("Thiếu người: nghỉ ốm, nghỉ phép")
    VERIFICATION = "verification", _("Thẩm tra, xác minh kéo dài")
    CONSULTATION = "consultation", _("Đơn vị được hỏi trả lời chậm")
    HANDOVER = "handover", _("Bàn giao chậm giữa các đơn vị")
    SYSTEM = "system", _("Sự cố máy móc, phần mềm")
    LAW = "law", _("Vướng quy định, chờ hướng dẫn")
    APPLICANT = "applicant", _("Phía người nộp")
    OTHER = "other", _("Nguyên nhân khác")
