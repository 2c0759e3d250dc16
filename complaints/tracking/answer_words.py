"""The status of a case for its reporter: a headline, what it means, and what they have to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.clock.states import Status
from complaints.explanation.badge import case_badge
from complaints.models import Case
from dossiers.explanation.wording import Badge, heading_date
from units.clock.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    badge: Badge
    headline: str
    detail: str
    to_do: str

    @property
    def is_bad(self) -> bool:
        return self.badge.kind == "bad"


def answer_for(case: Case, at: datetime, calendar: WorkingCalendar, *, rates: bool) -> CaseAnswer:
    """`rates`: its reporter may still rate it."""
    badge = case_badge(case, at, calendar)
    if case.state in _WITHOUT_ANSWER:
        badge = Badge("neutral", "info", badge.text)
    headline, detail = _headline_and_detail(case)
    to_do = _to_do(case, rates)
    if case.is_overdue(at):
        headline = _("Quá hẹn %(day)s") % {"day": heading_date(case.next_due_at or at)}
        detail = _("Việc này lẽ ra đã xong. Chúng tôi xin lỗi ông/bà.")
    return CaseAnswer(badge, headline, detail, to_do)


_WITHOUT_ANSWER = frozenset({Status.NOT_ACCEPTED, Status.TRANSFERRED, Status.WITHDRAWN})


def _headline_and_detail(case: Case) -> tuple[str, str]:
    """With the date that is due next, or on which the case ended."""
    moment = case.next_due_at or case.answered_at or case.finished_at
    headline, detail = _status_texts(case)[case.state]
    return headline % {"day": heading_date(moment) if moment else ""}, detail


def _status_texts(case: Case) -> dict[Status, tuple[str, str]]:
    undecided = (_("Trả lời có thụ lý hay không chậm nhất %(day)s"), _("Cán bộ đang xem nội dung đã gửi."))
    again = _("Đang xem lại theo đề nghị của ông/bà.")
    in_work = (
        _("Giải quyết chậm nhất %(day)s"),
        again if case.reopened and not case.is_sealed else _("Đã thụ lý, đang giải quyết."),
    )
    return {
        Status.NEW: undecided,
        Status.SORTED: undecided,
        Status.AWAITING_SUPPLEMENT: (
            _("Cần ông/bà bổ sung"),
            _("Thời hạn tạm dừng cho đến khi nhận được phần bổ sung."),
        ),
        Status.ACCEPTED: in_work,
        Status.SETTLING: in_work,
        Status.SUSPENDED: (_("Đang tạm đình chỉ"), _("Thời hạn dừng lại, tính tiếp khi giải quyết tiếp.")),
        Status.SETTLED: (_("Gửi kết quả chậm nhất %(day)s"), _("Đã có kết luận, đang gửi đến ông/bà.")),
        Status.ANSWERED: (_("Đã trả lời %(day)s"), ""),
        Status.CLOSED: (_("Đã trả lời %(day)s"), ""),
        Status.NOT_ACCEPTED: (_("Không thụ lý, %(day)s"), "" if case.is_sealed else _("Lý do và căn cứ ở nhật ký.")),
        Status.TRANSFERRED: (_("Đã chuyển cơ quan có thẩm quyền, %(day)s"), _("Cơ quan đó sẽ giải quyết và trả lời.")),
        Status.WITHDRAWN: (_("Đã rút, %(day)s"), ""),
    }


def _to_do(case: Case, rates: bool) -> str:
    if case.state is Status.AWAITING_SUPPLEMENT:
        return _("Ghi phần bổ sung ở dưới, hoặc mang đến nơi tiếp công dân.")
    if case.is_open:
        return _("Ông/bà chưa phải làm gì.")
    if case.state in {Status.NOT_ACCEPTED, Status.TRANSFERRED}:
        return _("Ông/bà không phải làm gì thêm. Không đồng ý thì hỏi nơi tiếp công dân.")
    return _("Xin cho biết vấn đề đã được giải quyết chưa.") if rates else _("Ông/bà không phải làm gì thêm.")
