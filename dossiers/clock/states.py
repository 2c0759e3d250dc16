"""The ten national statuses of a dossier, the transitions between them, and the events that keep the status. Pure.

Numbers and meanings are those of the national synchronisation field TrangThaiHoSo.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Status(IntEnum):
    SUBMITTED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROCESS = 4
    AWAITING_SUPPLEMENT = 5
    AWAITING_PAYMENT = 6
    WITHDRAWAL_ASKED = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


class EventKind(TextChoices):
    """What can happen to a dossier, with its name in the log."""

    SUBMITTED = "submitted", pgettext_lazy("history", "Nộp hồ sơ")
    REGISTERED = "registered", pgettext_lazy("history", "Tiếp nhận hồ sơ")
    REFUSED = "refused", pgettext_lazy("history", "Từ chối tiếp nhận")
    STARTED = "started", pgettext_lazy("history", "Bắt đầu giải quyết")
    HANDED_OVER = "handed_over", pgettext_lazy("history", "Chuyển hồ sơ")
    TAKEN_OVER = "taken_over", pgettext_lazy("history", "Nhận bàn giao")
    SENT_BACK = "sent_back", pgettext_lazy("history", "Từ chối nhận bàn giao")
    ASSIGNED = "assigned", pgettext_lazy("history", "Giao người xử lý")
    SUPPLEMENT_ASKED = "supplement_asked", pgettext_lazy("history", "Yêu cầu bổ sung giấy tờ")
    SUPPLEMENTED = "supplemented", pgettext_lazy("history", "Đã bổ sung, tính lại từ đầu")
    PAYMENT_ASKED = "payment_asked", pgettext_lazy("history", "Yêu cầu nộp nghĩa vụ tài chính")
    PAID = "paid", pgettext_lazy("history", "Đã nộp, tính tiếp")
    WITHDRAWAL_ASKED = "withdrawal_asked", pgettext_lazy("history", "Người nộp xin rút")
    STOPPED = "stopped", pgettext_lazy("history", "Dừng giải quyết")
    RESUMED = "resumed", pgettext_lazy("history", "Giải quyết tiếp")
    REAPPOINTED = "reappointed", pgettext_lazy("history", "Xin lỗi và hẹn lại ngày trả")
    CORRECTED = "corrected", pgettext_lazy("history", "Đính chính hồ sơ")
    CONSULTED = "consulted", pgettext_lazy("history", "Lấy ý kiến đơn vị khác")
    CONSULT_ANSWERED = "consult_answered", pgettext_lazy("history", "Có ý kiến trả lời")
    VISITED = "visited", pgettext_lazy("history", "Thẩm tra, xác minh")
    RECALENDARED = "recalendared", pgettext_lazy("history", "Lịch làm việc thay đổi")
    CALENDAR_UNDONE = "calendar_undone", pgettext_lazy("history", "Hoàn lại thay đổi lịch")
    CONTINUED = "continued", pgettext_lazy("history", "Chuyển sang đơn vị kế tục")
    FINISHED = "finished", pgettext_lazy("history", "Có kết quả")
    RETURNED = "returned", pgettext_lazy("history", "Trả kết quả")


class Outcome(StrEnum):
    """How a dossier ended; on-time rates count only the first two."""

    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


MOVES: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    Status.SUBMITTED: frozenset(
        {Status.ACCEPTED, Status.REFUSED, Status.AWAITING_SUPPLEMENT, Status.WITHDRAWAL_ASKED}
    ),
    Status.ACCEPTED: frozenset({Status.IN_PROCESS, Status.WITHDRAWAL_ASKED}),
    Status.REFUSED: frozenset(),
    Status.IN_PROCESS: frozenset(
        {
            Status.AWAITING_SUPPLEMENT,
            Status.AWAITING_PAYMENT,
            Status.WITHDRAWAL_ASKED,
            Status.STOPPED,
            Status.DONE,
        }
    ),
    Status.AWAITING_SUPPLEMENT: frozenset(
        {
            Status.ACCEPTED,
            Status.IN_PROCESS,
            Status.REFUSED,
            Status.AWAITING_SUPPLEMENT,  # what was brought is still not enough; only by override
            Status.WITHDRAWAL_ASKED,
            Status.STOPPED,
        }
    ),
    Status.AWAITING_PAYMENT: frozenset({Status.IN_PROCESS, Status.WITHDRAWAL_ASKED, Status.STOPPED}),
    Status.WITHDRAWAL_ASKED: frozenset({Status.DONE}),
    Status.STOPPED: frozenset({Status.IN_PROCESS, Status.DONE}),
    Status.DONE: frozenset({Status.RETURNED}),
    Status.RETURNED: frozenset(),
}

OPEN = frozenset(
    {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_PROCESS,
        Status.AWAITING_SUPPLEMENT,
        Status.AWAITING_PAYMENT,
        Status.WITHDRAWAL_ASKED,
        Status.STOPPED,
    }
)
RUNNING = frozenset({Status.ACCEPTED, Status.IN_PROCESS})
"""Open statuses whose clock runs; only these can be overdue."""

WAITING = frozenset({Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT, Status.WITHDRAWAL_ASKED, Status.STOPPED})

LEADS_TO: dict[EventKind, Status] = {
    EventKind.SUBMITTED: Status.SUBMITTED,
    EventKind.REGISTERED: Status.ACCEPTED,
    EventKind.REFUSED: Status.REFUSED,
    EventKind.STARTED: Status.IN_PROCESS,
    EventKind.SUPPLEMENT_ASKED: Status.AWAITING_SUPPLEMENT,
    EventKind.SUPPLEMENTED: Status.IN_PROCESS,
    EventKind.PAYMENT_ASKED: Status.AWAITING_PAYMENT,
    EventKind.PAID: Status.IN_PROCESS,
    EventKind.WITHDRAWAL_ASKED: Status.WITHDRAWAL_ASKED,
    EventKind.STOPPED: Status.STOPPED,
    EventKind.RESUMED: Status.IN_PROCESS,
    EventKind.FINISHED: Status.DONE,
    EventKind.RETURNED: Status.RETURNED,
}
"""Events that change the status, each with the one status it leads to."""

ALLOWED_DURING: dict[EventKind, frozenset[Status]] = {
    EventKind.HANDED_OVER: RUNNING,
    EventKind.TAKEN_OVER: RUNNING,
    EventKind.SENT_BACK: RUNNING,
    EventKind.ASSIGNED: OPEN,
    EventKind.REAPPOINTED: RUNNING,
    EventKind.CORRECTED: OPEN - {Status.WITHDRAWAL_ASKED},
    EventKind.CONSULTED: RUNNING | {Status.AWAITING_SUPPLEMENT},
    EventKind.CONSULT_ANSWERED: OPEN,
    EventKind.VISITED: RUNNING,
    EventKind.RECALENDARED: OPEN,
    EventKind.CALENDAR_UNDONE: OPEN,
    EventKind.CONTINUED: frozenset(Status) - {Status.REFUSED, Status.RETURNED},
}
"""Events that keep the status, each with the statuses during which it may happen. Exception: the first `TAKEN_OVER`
also starts the work and leads from ACCEPTED to IN_PROCESS."""


def may_move(current: Status | None, to: Status) -> bool:
    """Whether `MOVES` allows the transition from `current` (None: not yet registered) to `to`."""
    return to in MOVES[current]


def may_happen(kind: EventKind, current: Status | None, to: Status, *, accepted: bool) -> bool:
    """Whether an event may happen in status `current` and lead to `to`; `accepted`: the clock has ever started.

    A completed supplement leads to acceptance where the dossier was not accepted yet, else back to the work.
    """
    if kind in ALLOWED_DURING:
        starts = kind is EventKind.TAKEN_OVER and (current, to) == (Status.ACCEPTED, Status.IN_PROCESS)
        return current in ALLOWED_DURING[kind] and (to == current or starts)
    if LEADS_TO[kind] is not to or not may_move(current, to):
        return False
    if kind in {EventKind.REGISTERED, EventKind.REFUSED}:
        return not accepted
    if kind in {EventKind.SUBMITTED, EventKind.WITHDRAWAL_ASKED, EventKind.FINISHED, EventKind.RETURNED}:
        return True
    return accepted or kind is EventKind.SUPPLEMENT_ASKED
