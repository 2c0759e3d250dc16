"""The answer a citizen gets about a dossier: is the result ready, when, where, and what to do.

The code alone shows status and dates. Missing papers, amounts to pay and reasons of decisions need the secret of the
slip too. The answer never names a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.clock.overdue import is_overdue
from dossiers.clock.states import RUNNING, EventKind, Outcome, Status
from dossiers.explanation.log import RequestedPaper, requested_papers
from dossiers.explanation.wording import (
    WITHOUT_RESULT,
    Badge,
    deadline_badge,
    deadline_words,
    due_badge,
    heading_date,
    late_by,
    late_words,
)
from dossiers.models import STATUS_LABELS, Dossier, DossierEvent, SupplementRequest
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.texts.wording import clock_time, money, weekday_date


@dataclass(frozen=True, slots=True)
class Answer:
    """`headline` is the date wherever there is one; `to_do` says what the citizen has to do, if anything.

    `is_visit`: somebody has to come to the desk. `notes` are further sentences that need only the code; `asked`,
    `papers` and `reason` need the secret.
    """

    badge: Badge
    headline: str
    detail: str
    to_do: str
    more: str = ""
    is_bad: bool = False
    wants_call: bool = False
    is_visit: bool = False
    notes: tuple[str, ...] = ()
    asked: str = ""
    papers: tuple[RequestedPaper, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an answer needs besides the dossier. `request`: the last supplement request, where it matters.

    `events`, in order, are present only with the secret. `is_behind`: the office that has the dossier exceeded its own
    time; the route shows this to everybody.
    """

    at: datetime
    calendar: WorkingCalendar
    request: SupplementRequest | None = None
    events: Sequence[DossierEvent] = ()
    is_behind: bool = False

    @property
    def has_secret(self) -> bool:
        """Whether the visitor proved the secret."""
        return bool(self.events)

    def last(self, kind: EventKind) -> DossierEvent | None:
        return next((event for event in reversed(self.events) if event.kind == kind), None)


NEEDS_REQUEST = frozenset({Status.AWAITING_SUPPLEMENT, Status.REFUSED})
"""Statuses whose answer depends on the supplement request."""


def answer_for(dossier: Dossier, facts: Facts) -> Answer:
    answer = _of_state(dossier, facts)
    return replace(answer, notes=(*answer.notes, *_successor_note(dossier)))


def _of_state(dossier: Dossier, facts: Facts) -> Answer:
    state = dossier.state
    if state in RUNNING and dossier.due_at:
        return _running(dossier, dossier.due_at, facts)
    if state in {Status.DONE, Status.RETURNED}:
        return _ended(dossier, facts)
    return _ANSWERS[state](dossier, facts)


def _day(at: datetime | None) -> str:
    return weekday_date(at, get_language() or "vi") if at else ""


def _heading(at: datetime | None) -> str:
    return heading_date(at) if at else ""


def _successor_note(dossier: Dossier) -> tuple[str, ...]:
    """A note that names the desk that serves the dossier after a reorganisation."""
    if dossier.desk_id == dossier.receiving_desk_id:
        return ()
    words = _("Sau sắp xếp đơn vị, %(desk)s tiếp tục phục vụ hồ sơ này. Mã hồ sơ và ngày hẹn không đổi.")
    return (words % {"desk": dossier.desk.name},)


# While the clock runs


def _running(dossier: Dossier, due_at: datetime, facts: Facts) -> Answer:
    if dossier.new_due_at:
        return _reappointed(dossier, due_at, dossier.new_due_at, facts)
    if is_overdue(dossier, facts.at):
        return _late(dossier, due_at, facts)
    if local_day(due_at) == local_day(facts.at):
        return _today(dossier, due_at, facts)
    left = deadline_words(due_at, facts.at, facts.calendar)
    behind, ahead = Badge("warn", "hourglass", _("Một bước đang chậm")), Badge("ok", "tick-circle", _("Đúng tiến độ"))
    return Answer(
        badge=behind if facts.is_behind else ahead,
        headline=_("Hẹn trả %(day)s") % {"day": _heading(due_at)},
        detail=f"{left}. {_delivery(dossier)}",
        to_do=_("Ông/bà không cần làm gì thêm."),
        more=_("Khi có kết quả, trang này sẽ báo ngay."),
        notes=_moved_note(dossier, due_at),
    )


def _today(dossier: Dossier, due_at: datetime, facts: Facts) -> Answer:
    """The answer on the last day; asks nobody to come before the result is ready."""
    return Answer(
        badge=due_badge(due_at, facts.at, facts.calendar),
        headline=_("Hẹn trả hôm nay, chậm nhất %(time)s") % {"time": clock_time(due_at)},
        detail=f"{_heading(due_at)}. {_delivery(dossier)}",
        to_do=_("Ông/bà không cần làm gì thêm."),
        more=_("Xin xem lại trang này trước khi đến: có kết quả, trang sẽ báo ngay."),
        notes=_moved_note(dossier, due_at),
    )


def _late(dossier: Dossier, due_at: datetime, facts: Facts) -> Answer:
    return Answer(
        badge=due_badge(due_at, facts.at, facts.calendar),
        headline=_("Hẹn trả %(day)s, đã trễ") % {"day": _heading(due_at)},
        detail=_("Chúng tôi xin lỗi ông/bà vì chưa có kết quả đúng hẹn. Hồ sơ đang ở %(holder)s.")
        % {"holder": dossier.holder.name},
        to_do=_("Ông/bà không phải nộp lại giấy tờ."),
        more=_("Muốn biết lý do và ngày có kết quả, xin gọi cho chúng tôi."),
        is_bad=True,
        wants_call=True,
        notes=_moved_note(dossier, due_at),
    )


def _reappointed(dossier: Dossier, due_at: datetime, again: datetime, facts: Facts) -> Answer:
    """The answer after an apology; the badge still shows the first date, which the new one never replaces."""
    if again < facts.at:
        return replace(_late(dossier, due_at, facts), headline=_("Hẹn lại %(day)s, đã trễ") % {"day": _heading(again)})
    apology = facts.last(EventKind.REAPPOINTED)
    is_late = is_overdue(dossier, facts.at)
    return Answer(
        badge=due_badge(due_at, facts.at, facts.calendar) if is_late else Badge("warn", "calendar", _("Đã hẹn lại")),
        headline=_("Hẹn lại %(day)s") % {"day": _heading(again)},
        detail=_("Chúng tôi xin lỗi ông/bà: hồ sơ không xong kịp ngày hẹn đầu, %(day)s.") % {"day": _day(due_at)},
        to_do=_("Ông/bà không phải nộp lại giấy tờ."),
        more=_delivery(dossier),
        is_bad=is_late,
        reason=apology.reason if apology else "",
    )


def _moved_note(dossier: Dossier, due_at: datetime) -> tuple[str, ...]:
    """A note why the date differs from the one promised before, by its last change."""
    earlier = dossier.derivation.get("earlier", [])
    before = datetime.fromisoformat(earlier[-1]["due"]) if earlier else due_at
    if before == due_at:
        return ()
    words = {
        "supplement": _("Đã bổ sung đủ nên thời hạn tính lại từ đầu. Trước đó hẹn trả %(day)s."),
        "pause": _("Thời gian tạm dừng được cộng thêm. Trước đó hẹn trả %(day)s."),
        "calendar": _("Lịch nghỉ thay đổi nên ngày hẹn đổi theo. Trước đó hẹn trả %(day)s."),
        "calendar_undone": _("Thay đổi lịch nghỉ đã được hủy nên ngày hẹn trở lại. Trước đó hẹn trả %(day)s."),
        "correction": _("Hồ sơ được đính chính nên ngày hẹn tính lại. Trước đó hẹn trả %(day)s."),
    }
    return (words[earlier[-1]["why"]] % {"day": _day(before)},)


# Before acceptance, and while the clock is paused


def _submitted(dossier: Dossier, facts: Facts) -> Answer:
    return Answer(
        badge=Badge("neutral", "clock", str(STATUS_LABELS[dossier.state])),
        headline=_("Nộp %(day)s, đang kiểm tra") % {"day": _heading(dossier.submitted_at)},
        detail=_("Thời hạn tính từ khi hồ sơ đủ giấy tờ và được tiếp nhận."),
        to_do=_("Ông/bà không cần làm gì thêm."),
        more=_("Nếu thiếu giấy tờ, trang này sẽ báo ngay."),
    )


def _supplement(dossier: Dossier, facts: Facts) -> Answer:
    request = facts.request
    by = request.answer_by if request else None
    is_past = by is not None and by < facts.at
    headline = _("Đã quá ngày bổ sung, %(day)s") if is_past else _("Cần bổ sung trước %(day)s")
    started = _("Thời hạn đang tạm dừng; bổ sung đủ thì tính lại từ đầu.")
    not_yet = _("Hồ sơ chưa được tiếp nhận nên chưa tính thời hạn.")
    bring = _("Mang các giấy tờ dưới đây đến %(desk)s.") % {"desk": dossier.desk.name}
    look = _("Giấy tờ cần bổ sung ghi trên phiếu đã gửi ông/bà; nhập mã tra cứu để xem tại đây.")
    return Answer(
        badge=deadline_badge(dossier, facts.at, facts.calendar),
        headline=headline % {"day": _heading(by)} if by else _("Cần bổ sung giấy tờ"),
        detail=started if dossier.received_at else not_yet,
        to_do=bring if facts.has_secret else look,
        more=_("Không bổ sung kịp thì hồ sơ có thể phải nộp lại từ đầu. Cần thêm thời gian, xin gọi ngay."),
        wants_call=True,
        is_visit=True,
        asked=request.text if request and facts.has_secret else "",
        papers=requested_papers(request) if request and facts.has_secret else (),
    )


def _payment(dossier: Dossier, facts: Facts) -> Answer:
    asked = facts.last(EventKind.PAYMENT_ASKED)
    amount = money(asked.data["amount"], get_language() or "vi") if asked and "amount" in asked.data else ""
    return Answer(
        badge=deadline_badge(dossier, facts.at, facts.calendar),
        headline=_("Cần nộp %(amount)s") % {"amount": amount} if amount else _("Cần nộp nghĩa vụ tài chính"),
        detail=_("Thời hạn đang tạm dừng; nộp xong thì tính tiếp."),
        to_do=_("Mời ông/bà nộp tại %(desk)s.") % {"desk": dossier.desk.name},
        more=_("Mang theo giấy hẹn; nộp xong xin giữ biên lai.")
        if facts.has_secret
        else _("Số tiền ghi trên thông báo đã gửi ông/bà; nhập mã tra cứu để xem tại đây."),
        asked=_("Khoản phải nộp: %(purpose)s") % {"purpose": asked.reason} if asked else "",
        wants_call=True,
        is_visit=True,
    )


def _stopped(dossier: Dossier, facts: Facts) -> Answer:
    stop = facts.last(EventKind.STOPPED)
    by_order = stop is not None and "body" in stop.data
    ask = _("Muốn giải quyết tiếp, xin gọi cho chúng tôi.")
    look = _("Nhập mã tra cứu để xem lý do, hoặc gọi cho chúng tôi.")
    order = _("Theo %(document)s của %(body)s.") % stop.data if stop and by_order else ""
    return Answer(
        badge=deadline_badge(dossier, facts.at, facts.calendar),
        headline=_("Tạm dừng từ %(day)s") % {"day": _heading(stop.at)} if stop else _("Đang tạm dừng giải quyết"),
        detail=order or _("Thời hạn không chạy trong lúc tạm dừng."),
        to_do=_("Ông/bà không cần làm gì thêm.") if by_order else ask if stop else look,
        more=_("Khi giải quyết tiếp, thời gian còn lại được tính đủ.") if by_order else "",
        reason=stop.reason if stop else "",
        wants_call=not by_order,
    )


def _withdrawal(dossier: Dossier, facts: Facts) -> Answer:
    asked = facts.last(EventKind.WITHDRAWAL_ASKED)
    since = {"day": _heading(asked.at)} if asked else None
    return Answer(
        badge=deadline_badge(dossier, facts.at, facts.calendar),
        headline=_("Xin rút hồ sơ %(day)s") % since if since else _("Đã nhận yêu cầu rút hồ sơ"),
        detail=_("Hồ sơ không được giải quyết nữa; chúng tôi đang làm thủ tục trả lại giấy tờ."),
        to_do=_("Chưa cần đến: trang này sẽ báo khi giấy tờ sẵn sàng tại %(desk)s.") % {"desk": dossier.desk.name},
    )


def _refused(dossier: Dossier, facts: Facts) -> Answer:
    refusal = facts.last(EventKind.REFUSED)
    asked = facts.request
    was_left = asked is not None and asked.abandoned_at is not None and asked.answer_by < asked.abandoned_at
    given = _("Lý do đã được trao cho người nộp tại %(desk)s.") % {"desk": dossier.desk.name}
    left = _("Giấy tờ không được bổ sung trong thời hạn đã báo.")
    return Answer(
        badge=Badge("neutral", "info", _("Không tiếp nhận")),
        headline=_("Không tiếp nhận ngày %(day)s") % {"day": _heading(dossier.finished_at)},
        detail=left if was_left else given,
        to_do=_("Có thể nộp lại khi đủ giấy tờ.") if was_left else _("Cần hỏi thêm, xin gọi cho chúng tôi."),
        reason=refusal.reason if refusal else "",
        wants_call=True,
    )


_ANSWERS = {
    Status.SUBMITTED: _submitted,
    Status.AWAITING_SUPPLEMENT: _supplement,
    Status.AWAITING_PAYMENT: _payment,
    Status.STOPPED: _stopped,
    Status.WITHDRAWAL_ASKED: _withdrawal,
    Status.REFUSED: _refused,
}


# At the end


def _ended(dossier: Dossier, facts: Facts) -> Answer:
    if dossier.outcome in WITHOUT_RESULT:
        return _without_result(dossier, facts)
    answer = _returned(dossier) if dossier.state is Status.RETURNED else _done(dossier, facts)
    answer = replace(answer, notes=_finished_late(dossier, facts))
    finish = facts.last(EventKind.FINISHED)
    if dossier.outcome == Outcome.DECLINED and finish:  # that the answer was no, and why: only with the secret
        return replace(answer, asked=_("Kết quả: không được chấp thuận."), reason=finish.reason)
    return answer


def _done(dossier: Dossier, facts: Facts) -> Answer:
    comes = dossier.delivery == Dossier.Delivery.DESK
    return Answer(
        badge=Badge("ok", "tick", _("Đã có kết quả")),
        headline=_("Có kết quả từ %(day)s") % {"day": _heading(dossier.finished_at)},
        detail=_delivery(dossier),
        to_do=_("Mời ông/bà đến nhận kết quả.") if comes else _("Ông/bà không cần đến nơi nhận hồ sơ."),
        more=_bring(dossier, facts) if comes else _pay(dossier),
        wants_call=not comes,
        is_visit=comes,
    )


def _returned(dossier: Dossier) -> Answer:
    return Answer(
        badge=Badge("ok", "tick", _("Đã trả kết quả")),
        headline=_("Đã trả kết quả %(day)s") % {"day": _heading(dossier.returned_at)},
        detail=_("Có kết quả từ %(day)s.") % {"day": _day(dossier.finished_at)},
        to_do=_("Ông/bà không cần làm gì thêm."),
    )


def _finished_late(dossier: Dossier, facts: Facts) -> tuple[str, ...]:
    """By how much it was late and through which office; with the secret also why."""
    over = late_by(dossier, facts.calendar)
    if over is None:
        return ()
    sorry = _("Chúng tôi xin lỗi ông/bà vì xong sau ngày hẹn, %(day)s.") % {"day": _day(dossier.due_at)}
    late = _("Hồ sơ trễ %(time)s làm việc.") % over
    if not dossier.late_unit_name:
        return (f"{sorry} {late}",)
    words = (
        late_words(dossier) if facts.has_secret else _("Đơn vị làm trễ: %(unit)s") % {"unit": dossier.late_unit_name}
    )
    return (f"{sorry} {late} {words}.",)


def _without_result(dossier: Dossier, facts: Facts) -> Answer:
    """The answer for a withdrawn or finally stopped dossier, whose papers are returned."""
    finish = facts.last(EventKind.FINISHED)
    withdrawn = dossier.outcome == Outcome.WITHDRAWN
    headline = _("Đã rút hồ sơ %(day)s") if withdrawn else _("Kết thúc %(day)s, không có kết quả")
    fetch = _("Mời ông/bà đến %(desk)s nhận lại giấy tờ.") % {"desk": dossier.desk.name}
    back = _("Giấy tờ đã trả lại %(day)s.") % {"day": _day(dossier.returned_at)}
    is_back = dossier.state is Status.RETURNED
    return Answer(
        badge=Badge("neutral", "info", _("Đã rút") if withdrawn else _("Đã dừng")),
        headline=headline % {"day": _heading(dossier.finished_at)},
        detail=back if is_back else _("Việc giải quyết đã dừng; giấy tờ đang chờ trả lại."),
        to_do=_("Ông/bà không cần làm gì thêm.") if is_back else fetch,
        more="" if is_back else _("Mang theo giấy hẹn và giấy tờ tùy thân."),
        reason=finish.reason if finish and not withdrawn else "",
        is_visit=not is_back,
    )


def _delivery(dossier: Dossier) -> str:
    """How the result reaches the applicant; without the address, since the code alone shows it."""
    match dossier.delivery:
        case Dossier.Delivery.POST:
            return _("Kết quả được gửi qua bưu chính đến địa chỉ ghi trên giấy hẹn.")
        case Dossier.Delivery.ONLINE:
            return _("Kết quả được gửi đến thư điện tử ghi trên giấy hẹn.")
        case _:
            return _("Nhận kết quả tại %(desk)s.") % {"desk": dossier.desk.name}


def _bring(dossier: Dossier, facts: Facts) -> str:
    """What to bring; the amount only with the secret."""
    if dossier.fee_status != Dossier.FeeStatus.LATER:
        papers = _("Mang theo giấy hẹn và giấy tờ tùy thân.")
    elif facts.has_secret:
        amount = money(dossier.fee_vnd, get_language() or "vi")
        papers = _("Mang theo giấy hẹn, giấy tờ tùy thân và %(amount)s phí, lệ phí.") % {"amount": amount}
    else:
        papers = _("Mang theo giấy hẹn, giấy tờ tùy thân và tiền phí, lệ phí.")
    return " ".join([papers, _("Nhận thay thì thêm giấy ủy quyền.")])


def _pay(dossier: Dossier) -> str:
    """When to call, where the applicant need not come."""
    if dossier.fee_status == Dossier.FeeStatus.LATER:
        return _("Phí, lệ phí chưa nộp: xin gọi để biết cách nộp.")
    return _("Chưa nhận được thì xin gọi cho chúng tôi.")
