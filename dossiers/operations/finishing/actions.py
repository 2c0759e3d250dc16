"""Starts the work on a dossier, records its result and hands it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.reasons import require_legal_ground, require_reason, require_text
from dossiers.events.record import (
    append_event,
    check_may_move,
    locked,
    mark_stale,
    notify_applicant,
)
from dossiers.models import STATUS_LABELS, Dossier, DossierEvent, LateCause, ResultRecord, ReturnRecord, Slip
from dossiers.operations.handover.actions import Failed, Moved
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.notices import Contact, Refused, refusal_data
from notices.models import Notice
from units.clock.days import local_day
from units.rules import RuleBroken
from units.texts.folding import folded

RESULTS = (Outcome.GRANTED, Outcome.DECLINED)
"""Outcomes that are results; a withdrawn or stopped dossier has none."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result: number and day of signing, where it has them; `kind` is a `ResultRecord.Kind`."""

    number: str = ""
    dated: date | None = None
    kind: str = ResultRecord.Kind.PAPER


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives the result and how (`method` is a `ReturnRecord.Method`).

    At the desk the receiver's identity is checked, and somebody other than the applicant needs an authorising paper.
    By post the consignment number is required.
    """

    name: str
    method: str
    id_number: str = ""
    identity_checked: bool = False
    proxy_paper: str = ""
    post_number: str = ""
    originals: str = ""
    fee_collected: bool = False


@transaction.atomic
def start_work(*, dossier: Dossier, actor: User | None, at: datetime) -> Dossier:
    """The handling unit starts the work: hand-over and acceptance in one.

    Raises RuleBroken where another unit comes first in the plan.
    """
    dossier = locked(dossier)
    event = DossierEvent(
        kind=EventKind.STARTED, to_status=Status.IN_PROCESS, at=at, unit_id=dossier.handler_id, actor=actor
    )
    append_event(dossier, event)
    others = dossier.legs.in_hand().exclude(unit=dossier.handler_id).select_related("unit").first()
    if others or dossier.holder_id != dossier.handler_id:  # nobody takes over in another office's name
        refusal = _("Bước tiếp theo thuộc %(unit)s: hãy bàn giao hồ sơ cho đơn vị ấy.")
        raise RuleBroken(refusal % {"unit": others.unit.name if others else dossier.holder.name})
    return dossier


def start_all(*, dossiers: Iterable[Dossier], actor: User | None, at: datetime) -> Moved:
    """Calls `start_work` for many dossiers; failures do not stop the others."""
    moved = Moved()
    for dossier in dossiers:
        try:
            moved.done.append(start_work(dossier=dossier, actor=actor, at=at))
        except RuleBroken as broken:
            moved.failed.append(Failed(dossier.code, broken.message))
    return moved


@transaction.atomic
def finish_dossier(
    *,
    dossier: Dossier,
    outcome: Outcome,
    actor: User | None,
    at: datetime,
    reason: str = "",
    ground: str = "",
    result: Result | None = None,
    cause: str = "",
) -> Dossier:
    """Records a result and returns the dossier to the desk. `at`, not the day of collection, decides on-time.

    A declined dossier needs a reason in words and a legal ground, and gets slip 03; it counts as on time or late like
    any other. A late one needs a `cause` (`LateCause`); otherwise the cause is ignored. Raises RuleBroken.
    """
    if outcome not in RESULTS:
        raise ValueError(f"{outcome} is not a result")
    dossier = locked(dossier)
    check_ends(dossier, Status.IN_PROCESS)
    if outcome is Outcome.GRANTED:
        _check_others_are_done(dossier)
    notice = {"outcome": outcome.value, "reason": "", "ground": "", "delivery": dossier.delivery}
    if outcome is Outcome.DECLINED:
        notice |= {"reason": require_reason(reason, "reason"), "ground": _ground(ground)}
    is_early = dossier.due_at is not None and local_day(at) < local_day(dossier.due_at)
    conclude(dossier, outcome, actor, at, reason=notice["reason"], more=_cause(dossier, cause, at))
    if result is not None:
        record_result(dossier, result, at)
    if outcome is Outcome.DECLINED:
        _issue_refusal(dossier, Refused(notice["reason"], notice["ground"]), actor, at)
    notify_applicant(dossier, Notice.Kind.DONE, at=at, is_early=is_early, **notice)
    return dossier


def _check_others_are_done(dossier: Dossier) -> None:
    """Raises RuleBroken while another office has an unfinished leg; steps within the own office may be skipped.

    Another office is any but the handling unit, the desk and the desk's office.
    """
    own = [dossier.handler_id, dossier.desk_id, dossier.desk.parent_id]
    ahead = dossier.legs.filter(finished_at=None, skipped=False).exclude(unit__in=own).select_related("unit").first()
    if ahead is not None:
        words = _("Hồ sơ còn phần việc của %(unit)s: hãy bàn giao cho đơn vị ấy trước khi ghi kết quả.")
        raise RuleBroken(words % {"unit": ahead.unit.name})


@transaction.atomic
def return_result(*, dossier: Dossier, receiver: Receiver, actor: User | None, at: datetime) -> Dossier:
    """Hands the result out to a receiver. Raises RuleBroken.

    A separate row stores the receiver's name, since events hold no personal data.
    """
    dossier = locked(dossier)
    check_may_move(dossier, Status.RETURNED)
    _check_receiver(receiver, dossier)
    event = DossierEvent(
        kind=EventKind.RETURNED,
        to_status=Status.RETURNED,
        at=at,
        unit_id=dossier.desk_id,
        actor=actor,
        data={"method": receiver.method},
    )
    append_event(dossier, event)
    _record_return(dossier, receiver, at)
    if owes_fee(dossier):
        dossier.fee_status = Dossier.FeeStatus.COLLECTED
        dossier.save(update_fields=["fee_status"])
    notify_applicant(dossier, Notice.Kind.RETURNED, at=at, papers_only=dossier.outcome not in RESULTS)
    return dossier


def conclude(
    dossier: Dossier, outcome: Outcome, actor: User | None, at: datetime, *, reason: str, more: dict[str, Any]
) -> None:
    """Appends the event that ends the work on a locked dossier and returns it to the desk; marks the day."""
    at_desk = dossier.received_at is None or outcome is Outcome.WITHDRAWN
    event = DossierEvent(
        kind=EventKind.FINISHED,
        to_status=Status.DONE,
        at=at,
        unit_id=dossier.desk_id if at_desk else dossier.handler_id,
        actor=actor,
        reason=reason,
        data={"outcome": outcome.value, "holder": dossier.desk_id} | more,
    )
    append_event(dossier, event)
    mark_stale(dossier, at)


def check_ends(dossier: Dossier, now: Status) -> None:
    """Raises RuleBroken unless the dossier has status `now`, the one that allows this kind of end.

    The table of transitions allows DONE from several statuses; only work in process may end with a result, only a
    stopped or withdrawn dossier without one.
    """
    check_may_move(dossier, Status.DONE)
    if dossier.state is not now:
        words = _("Hồ sơ đang ở tình trạng “%(now)s”, không kết thúc như vậy được.")
        raise RuleBroken(words % {"now": STATUS_LABELS[dossier.state]})


def record_result(dossier: Dossier, result: Result, at: datetime) -> ResultRecord:
    """Stores number and day of a result. Raises RuleBroken for a day before receipt or in the future."""
    if result.kind not in ResultRecord.Kind.values:
        raise RuleBroken(_("Hãy chọn dạng kết quả."), field="result_kind")
    since = local_day(dossier.received_at or dossier.submitted_at)
    if result.dated and not since <= result.dated <= local_day(at):
        raise RuleBroken(_("Ngày ký phải từ ngày tiếp nhận đến hôm nay."), field="dated")
    return ResultRecord.objects.create(
        dossier=dossier, number=result.number.strip(), dated=result.dated, kind=result.kind
    )


def owes_fee(dossier: Dossier) -> bool:
    """Whether the fee is due with the result; a withdrawn or stopped dossier costs nothing."""
    return dossier.fee_status == Dossier.FeeStatus.LATER and dossier.outcome in RESULTS


def is_someone_else(name: str, dossier: Dossier) -> bool:
    """Whether the receiver's name differs from the applicant's; always so for an organisation."""
    return folded(name) != folded(dossier.applicant_name)


def _ground(ground: str) -> str:
    """As for a refusal at intake (`check_refusal`)."""
    return require_legal_ground(ground)


def _cause(dossier: Dossier, cause: str, at: datetime) -> dict[str, str]:
    """The cause of a lateness for the event; empty when in time. Raises RuleBroken for a lateness without a cause."""
    if dossier.due_at is None or at <= dossier.due_at:
        return {}
    if cause not in LateCause.values:
        raise RuleBroken(_("Hồ sơ đã quá hạn: hãy chọn nguyên nhân."), field="cause")
    return {"cause": cause}


def _issue_refusal(dossier: Dossier, refused: Refused, actor: User | None, at: datetime) -> None:
    contact = Contact(str(actor or ""), dossier.handler.telephone)
    data = refusal_data(dossier, refused, contact, Issue(at, str(actor or "")), "")
    issue_slip(dossier=dossier, form=Slip.Form.REFUSAL, data=data, unit=dossier.desk, actor=actor, at=at)


def _check_receiver(receiver: Receiver, dossier: Dossier) -> None:
    name = require_text(receiver.name, "receiver_name", _("Hãy ghi tên người nhận kết quả."))
    if receiver.method not in ReturnRecord.Method.values:
        raise RuleBroken(_("Hãy chọn cách nhận kết quả."), field="method")
    if receiver.method == ReturnRecord.Method.DESK:
        _check_at_desk(receiver, is_other=is_someone_else(name, dossier))
    if receiver.method == ReturnRecord.Method.POST:
        require_text(receiver.post_number, "post_number", _("Gửi qua bưu chính thì ghi số hiệu bưu gửi."))
    if owes_fee(dossier) and not receiver.fee_collected:
        raise RuleBroken(_("Hãy thu phí, lệ phí trước khi trả kết quả."), field="fee_collected")


def _check_at_desk(receiver: Receiver, *, is_other: bool) -> None:
    if not receiver.identity_checked:
        raise RuleBroken(_("Hãy đối chiếu giấy tờ tùy thân của người nhận."), field="identity_checked")
    if is_other:
        require_text(receiver.proxy_paper, "proxy_paper", _("Người khác nhận thay thì ghi giấy ủy quyền, giới thiệu."))
        require_text(receiver.id_number, "receiver_id", _("Người khác nhận thay thì ghi số giấy tờ của người ấy."))


def _record_return(dossier: Dossier, receiver: Receiver, at: datetime) -> None:
    ReturnRecord.objects.create(
        dossier=dossier,
        receiver_name=receiver.name.strip(),
        receiver_id=receiver.id_number.strip(),
        method=receiver.method,
        at=at,
        proxy_paper=receiver.proxy_paper.strip(),
        identity_checked=receiver.identity_checked,
        post_number=receiver.post_number.strip(),
        originals=receiver.originals.strip(),
    )
