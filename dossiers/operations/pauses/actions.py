"""Pauses of the clock: payments, stops by order, withdrawals.

After a pause exactly the working time that was left remains; a pause never makes a late dossier on time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.reasons import require_reason, require_text
from dossiers.events.record import append_event, locked, notify_applicant
from dossiers.models import STATUS_LABELS, Dossier, DossierEvent, Slip
from dossiers.operations.finishing.actions import check_ends, conclude
from dossiers.operations.supplement.actions import open_requests
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.notices import Contact, Signer, Stopped, stop_data
from dossiers.slips.pdf import LANGUAGE
from notices.models import Notice
from units.clock.days import local_day
from units.rules import RuleBroken
from units.texts.wording import short_date

# Printed on the slip, therefore never translated.
BY_OFFICE: Final = "Cơ quan giải quyết hồ sơ"
BY_APPLICANT: Final = "Người nộp hồ sơ"
HEAD_OF_OFFICE: Final = "Thủ trưởng đơn vị"
AT_THE_END: Final = "Kết thúc, không có kết quả"

FIRST_YEAR: Final = 2000
"""The earliest year of a document that stops work; an earlier one is a typing error. The portal's own limit."""


@dataclass(frozen=True, slots=True)
class Order:
    """The document by which a competent body stops the work: body, number, day, reason."""

    body: str
    document: str
    dated: date
    reason: str


@transaction.atomic
def ask_payment(*, dossier: Dossier, amount_vnd: int, purpose: str, actor: User | None, at: datetime) -> Dossier:
    """Requests a payment and pauses the clock. `amount_vnd` is in đồng. Raises RuleBroken."""
    if amount_vnd <= 0:
        raise RuleBroken(_("Hãy ghi số tiền."), field="amount")
    purpose = require_text(purpose, "purpose", _("Hãy ghi khoản phải nộp."))
    dossier = _append(
        dossier, EventKind.PAYMENT_ASKED, Status.AWAITING_PAYMENT, actor, at, purpose, {"amount": amount_vnd}
    )
    notify_applicant(dossier, Notice.Kind.PAYMENT, at=at, amount=amount_vnd, purpose=purpose)
    return dossier


@transaction.atomic
def record_payment(*, dossier: Dossier, receipt: str, actor: User | None, at: datetime) -> Dossier:
    """Records the payment with the number of its receipt; the remaining time runs from now. Raises RuleBroken."""
    receipt = require_text(receipt, "receipt", _("Hãy ghi số biên lai hoặc chứng từ."))
    dossier = _append(dossier, EventKind.PAID, Status.IN_PROCESS, actor, at, receipt)
    notify_applicant(dossier, Notice.Kind.RESUMED, at=at)
    return dossier


@transaction.atomic
def stop_by_order(*, dossier: Dossier, order: Order, consequences: str, actor: User | None, at: datetime) -> Dossier:
    """Stops the work by order of a competent body. `consequences`: what happens to money paid. Raises RuleBroken."""
    reason = require_reason(order.reason, "reason")
    document = _document(order, at)
    consequences = _consequences(consequences)
    stage = _stage(locked(dossier))
    data = {"body": order.body.strip(), "document": document}
    dossier = _append(dossier, EventKind.STOPPED, Status.STOPPED, actor, at, reason, data)
    open_requests(dossier).update(abandoned_at=at)  # what was asked to be brought is no longer waited for
    stopped = Stopped(order.body.strip(), reason, at, stage, consequences, decision=document)
    _issue_stop(dossier, stopped, actor, at)
    notify_applicant(dossier, Notice.Kind.STOPPED, at=at, reason=reason, decision=document)
    return dossier


@transaction.atomic
def resume(*, dossier: Dossier, reason: str, document: str, actor: User | None, at: datetime) -> Dossier:
    """Resumes the work after a stop, by a document if any; the remaining time runs from now. Raises RuleBroken."""
    data = {"document": document.strip()} if document.strip() else {}
    dossier = _append(dossier, EventKind.RESUMED, Status.IN_PROCESS, actor, at, require_reason(reason, "reason"), data)
    notify_applicant(dossier, Notice.Kind.RESUMED, at=at)
    return dossier


@transaction.atomic
def close_stopped(
    *, dossier: Dossier, reason: str, consequences: str, papers_back: str, actor: User | None, at: datetime
) -> Dossier:
    """Closes a stopped dossier without a result; the desk returns its papers. Raises RuleBroken."""
    stopped = _closing(at, BY_OFFICE, require_reason(reason, "reason"), consequences, papers_back)
    return _close(dossier, Status.STOPPED, Outcome.STOPPED, stopped, actor, at)


@transaction.atomic
def ask_withdrawal(*, dossier: Dossier, reason: str, actor: User | None, at: datetime) -> Dossier:
    """Records that the applicant withdraws, before or after acceptance, with a reason in words. Raises RuleBroken."""
    reason = require_reason(reason, "reason")
    dossier = _append(dossier, EventKind.WITHDRAWAL_ASKED, Status.WITHDRAWAL_ASKED, actor, at, reason)
    open_requests(dossier).update(abandoned_at=at)  # what was asked to be brought is no longer waited for
    notify_applicant(dossier, Notice.Kind.WITHDRAWAL, at=at)
    return dossier


@transaction.atomic
def close_withdrawal(
    *, dossier: Dossier, consequences: str, papers_back: str, actor: User | None, at: datetime
) -> Dossier:
    """Closes a withdrawn dossier, with the papers returned and what happens to money paid. Raises RuleBroken."""
    papers_back = require_text(papers_back, "papers_back", _("Hãy liệt kê giấy tờ trả lại."))
    asked = dossier.events.filter(kind=EventKind.WITHDRAWAL_ASKED).last()
    reason = asked.reason if asked else ""
    stopped = _closing(at, BY_APPLICANT, reason, consequences, papers_back)
    return _close(dossier, Status.WITHDRAWAL_ASKED, Outcome.WITHDRAWN, stopped, actor, at)


def _append(
    dossier: Dossier,
    kind: EventKind,
    to: Status,
    actor: User | None,
    at: datetime,
    reason: str,
    data: dict[str, Any] | None = None,
) -> Dossier:
    """Appends an event of the unit that holds the dossier."""
    dossier = locked(dossier)
    event = DossierEvent(
        kind=kind, to_status=to, at=at, unit_id=dossier.holder_id, actor=actor, reason=reason, data=data or {}
    )
    return append_event(dossier, event)


def _close(
    dossier: Dossier, now: Status, outcome: Outcome, stopped: Stopped, actor: User | None, at: datetime
) -> Dossier:
    """Closes a paused dossier without a result."""
    dossier = locked(dossier)
    check_ends(dossier, now)
    more = {"papers_back": stopped.papers_back} if stopped.papers_back else {}
    conclude(dossier, outcome, actor, at, reason=stopped.reason, more=more)
    _issue_stop(dossier, stopped, actor, at)
    notify_applicant(dossier, Notice.Kind.CLOSED, at=at, outcome=outcome.value, papers_back=stopped.papers_back)
    return dossier


def _closing(at: datetime, asked_by: str, reason: str, consequences: str, papers_back: str) -> Stopped:
    return Stopped(
        asked_by=asked_by,
        reason=reason,
        since=at,
        stage=AT_THE_END,
        money=_consequences(consequences),
        papers_back=papers_back.strip(),
        final=True,
    )


def _issue_stop(dossier: Dossier, stopped: Stopped, actor: User | None, at: datetime) -> None:
    officer = str(actor or "")
    contact = Contact(officer, dossier.handler.telephone)
    data = stop_data(dossier, stopped, contact, _signer(actor, dossier), Issue(at, officer), "")
    issue_slip(dossier=dossier, form=Slip.Form.STOP, data=data, unit=dossier.desk, actor=actor, at=at)


def _signer(actor: User | None, dossier: Dossier) -> Signer:
    """The actor, as a leader of the handling unit or above it; else a blank signature of the head of the office."""
    held = actor.current_memberships() if actor else []
    leads = any(one.role == Membership.Role.LEADER and dossier.handler.path.startswith(one.unit.path) for one in held)
    return Signer(str(actor), dossier.handler.name) if leads else Signer("", HEAD_OF_OFFICE)


def _stage(dossier: Dossier) -> str:
    """The status in Vietnamese, as printed on the slip."""
    with translation.override(LANGUAGE):
        return str(STATUS_LABELS[dossier.state])


def _document(order: Order, at: datetime) -> str:
    """The document in one line, for log and slip. Raises RuleBroken without body, number or a plausible day."""
    require_text(order.body, "body", _("Hãy ghi cơ quan ra văn bản."))
    number = require_text(order.document, "document", _("Hãy ghi số văn bản."))
    if order.dated > local_day(at):
        raise RuleBroken(_("Ngày văn bản không thể ở tương lai."), field="dated")
    if order.dated.year < FIRST_YEAR:
        raise RuleBroken(_("Ngày văn bản phải từ năm %(year)d.") % {"year": FIRST_YEAR}, field="dated")
    return f"{number}, {short_date(order.dated, LANGUAGE)}"


def _consequences(text: str) -> str:
    return require_text(text, "consequences", _("Hãy ghi rõ phí, lệ phí đã thu được xử lý thế nào."))
