"""Supplement requests: ask, complete, abandon.

Decree 61/2018/ND-CP: one request with all defects (articles 11.2 and 15.3); after acceptance only within three working
days, and the term restarts from zero once the dossier is complete (article 19.4). Other requests need a legal ground
and a leader's approval and are recorded as such. The setting SUPPLEMENT_ANSWER_DAYS is the time to answer, in working
days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from dossiers.clock.states import EventKind, Status
from dossiers.events.record import (
    append_event,
    check_may_move,
    locked,
    mark_stale,
    notify_applicant,
)
from dossiers.models import Dossier, DossierEvent, Slip, SupplementRequest
from dossiers.particulars.submission import TakenPaper, replace_papers
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.notices import Contact, supplement_data
from dossiers.slips.pdf import LANGUAGE
from dossiers.slips.receipt_versions import renew_receipt, store_receipt
from notices.models import Notice
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason

DAYS_TO_ASK: Final = 3
"""Working days after acceptance within which a request needs no approval (article 19.4)."""

UNANSWERED: Final = "unanswered"
Stage = SupplementRequest.Stage


@dataclass(frozen=True, slots=True)
class Defects:
    """All defects: codes of `SupplementRequest.Defect`, a text, and the papers concerned.

    A paper is {"name", "missing": original | certified | copy, "note"}.
    """

    reasons: Sequence[str]
    text: str
    papers: Sequence[dict[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Override:
    """The legal ground of a request beyond the general rule, and the leader who approved it."""

    ground: str
    approver: User


@transaction.atomic
def ask_supplement(
    *, dossier: Dossier, defects: Defects, actor: User | None, at: datetime, override: Override | None = None
) -> SupplementRequest:
    """Requests a supplement: event, slip 02, notice; pauses the clock. The desk holds the dossier meanwhile.

    Raises RuleBroken without a defect or a real text, and for a second request, or one after the third working day,
    without a ground and an approver.
    """
    dossier = locked(dossier)
    check_may_move(dossier, Status.AWAITING_SUPPLEMENT)
    check_defects(defects)
    beyond = why_beyond_the_rule(dossier, at)
    if beyond:
        _check_override(dossier, override, beyond, at)
    append_event(
        dossier,
        DossierEvent(
            kind=EventKind.SUPPLEMENT_ASKED,
            to_status=Status.AWAITING_SUPPLEMENT,
            at=at,
            unit_id=dossier.desk_id if dossier.received_at is None else dossier.handler_id,
            actor=actor,
            reason=defects.text.strip(),
            data={"holder": dossier.desk_id},
        ),
    )
    return record_request(dossier, defects, actor, at, override if beyond else None)


@transaction.atomic
def complete_supplement(
    *, dossier: Dossier, actor: User | None, at: datetime, papers: Iterable[TakenPaper] | None = None
) -> Dossier:
    """Completes a supplement after acceptance: the term restarts from zero, with a new version of the receipt.

    Where the clerk set the date, the remaining time runs on instead. `papers`, if given, replace those listed. Raises
    RuleBroken.
    """
    dossier = locked(dossier)
    check_may_move(dossier, Status.IN_PROCESS)
    if dossier.state is not Status.AWAITING_SUPPLEMENT:
        raise RuleBroken(_("Hồ sơ này không chờ bổ sung giấy tờ."))
    old = store_receipt(dossier)
    event = DossierEvent(
        kind=EventKind.SUPPLEMENTED, to_status=Status.IN_PROCESS, at=at, unit_id=dossier.desk_id, actor=actor
    )
    append_event(dossier, event)
    if papers is not None:
        replace_papers(dossier, papers)
    open_requests(dossier).update(completed_at=at)
    renew_receipt(dossier, old, actor=actor, at=at)
    notify_applicant(dossier, Notice.Kind.SUPPLEMENTED, at=at)
    return dossier


def unanswered(at: datetime) -> QuerySet[SupplementRequest]:
    """Requests past their date, of dossiers that still wait for the supplement."""
    return SupplementRequest.objects.unanswered(at)


@transaction.atomic
def abandon_unanswered(*, request: SupplementRequest, at: datetime) -> bool:
    """Closes an unanswered request: refuses a dossier not accepted yet, else stops it; notifies the applicant.

    Returns False, without changes, for a request that is answered, closed or not due yet.
    """
    dossier = locked(request.dossier)
    if not unanswered(at).filter(pk=request.pk).exists():
        return False
    accepted = dossier.received_at is not None
    with translation.override(LANGUAGE):
        reason = _("Quá hạn bổ sung giấy tờ mà người nộp chưa bổ sung.")
    event = DossierEvent(
        kind=EventKind.STOPPED if accepted else EventKind.REFUSED,
        to_status=Status.STOPPED if accepted else Status.REFUSED,
        at=at,
        unit_id=dossier.desk_id,
        reason=reason,
        data={"why": UNANSWERED},
    )
    append_event(dossier, event)
    open_requests(dossier).update(abandoned_at=at)
    notify_applicant(dossier, Notice.Kind.ABANDONED, at=at, accepted=accepted)
    mark_stale(dossier, at)
    return True


def check_defects(defects: Defects) -> None:
    """Raises RuleBroken without a valid defect code or a real text."""
    if not defects.reasons or not set(defects.reasons) <= set(SupplementRequest.Defect.values):
        raise RuleBroken(_("Hãy chọn ít nhất một thiếu sót."), field="reasons")
    if not is_real_reason(defects.text):
        raise RuleBroken(_("Hãy viết rõ bằng lời cần bổ sung gì, ít nhất 10 chữ cái."), field="text")


def why_beyond_the_rule(dossier: Dossier, at: datetime) -> str:
    """Why a request now needs a ground and an approver, as a sentence; empty when it does not."""
    if dossier.supplements:
        return _("Hồ sơ này đã được yêu cầu bổ sung một lần: lần nữa thì phải có căn cứ và người duyệt.")
    if dossier.received_at is None:
        return ""
    calendar = working_calendar(dossier.receiving_desk)
    last = calendar.nth_working_day(local_day(dossier.received_at), DAYS_TO_ASK)
    if local_day(at) <= last:
        return ""
    return _("Đã quá 3 ngày làm việc từ khi tiếp nhận: phải có căn cứ và người duyệt.")


def approvers_for(dossier: Dossier, at: datetime) -> QuerySet[User]:
    """Leaders of the handling unit or of units above it; before acceptance also those of the desk."""
    units = [dossier.handler] if dossier.received_at else [dossier.handler, dossier.desk]
    paths = {path for unit in units for path in _paths_down_to(unit.path)}
    held = Membership.objects.in_force(local_day(at)).filter(role=Membership.Role.LEADER, unit__path__in=paths)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name", "username")


def open_requests(dossier: Dossier) -> QuerySet[SupplementRequest]:
    return SupplementRequest.objects.filter(dossier=dossier, completed_at=None, abandoned_at=None)


def record_request(
    dossier: Dossier, defects: Defects, actor: User | None, at: datetime, override: Override | None = None
) -> SupplementRequest:
    """Records a request with slip 02 and the notice; closes an earlier open one.

    Before acceptance, papers that are still missing are removed from the received papers.
    """
    open_requests(dossier).update(abandoned_at=at)
    if dossier.received_at is None:  # after acceptance the receipt lists them, so they were received
        dossier.documents.filter(name__in=[paper["name"] for paper in defects.papers if paper["missing"]]).delete()
    calendar = working_calendar(dossier.receiving_desk)
    request = SupplementRequest.objects.create(
        dossier=dossier,
        stage=Stage.APPRAISAL if dossier.received_at else Stage.INTAKE,
        reasons=list(defects.reasons),
        text=defects.text.strip(),
        papers=list(defects.papers),
        asked_at=at,
        answer_by=calendar.closing(calendar.nth_working_day(local_day(at), settings.SUPPLEMENT_ANSWER_DAYS)),
        asked_by=actor,
        ground=override.ground.strip() if override else "",
        approver=override.approver if override else None,
        is_override=override is not None,
    )
    contact, issue = Contact(str(actor or "")), Issue(at, str(actor or ""))
    data = supplement_data(dossier, request, contact, issue, "")
    issue_slip(dossier=dossier, form=Slip.Form.SUPPLEMENT, data=data, unit=dossier.desk, actor=actor, at=at)
    request_words = {"text": request.text, "papers": [paper["name"] for paper in request.papers]}
    notify_applicant(dossier, Notice.Kind.SUPPLEMENT, at=at, answer_at=request.answer_by.isoformat(), **request_words)
    return request


def _check_override(dossier: Dossier, override: Override | None, beyond: str, at: datetime) -> None:
    if override is None or not is_real_reason(override.ground):
        raise RuleBroken(beyond, field="ground")
    if not approvers_for(dossier, at).filter(pk=override.approver.pk).exists():
        raise RuleBroken(_("Người duyệt phải là lãnh đạo của đơn vị giải quyết."), field="approver")


def _paths_down_to(path: str) -> list[str]:
    """The path of a unit and those of all units above it: "/1/5/" gives "/1/" and "/1/5/"."""
    steps = path.strip("/").split("/")
    return [f"/{'/'.join(steps[:n])}/" for n in range(1, len(steps) + 1)]
