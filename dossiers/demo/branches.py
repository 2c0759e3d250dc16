"""What may happen to a made-up dossier beside the straight way: each turn with its event, rows and slips, as the verbs
of `dossiers.operations` leave them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from dossiers.clock.replay import apology_deadline
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.made_up_dossier import NotYetError, Tale
from dossiers.demo.receipts import renew_receipt
from dossiers.models import Apology, Consultation, Dossier, Slip, SupplementRequest, Visit
from dossiers.operations.pauses.actions import AT_THE_END, BY_APPLICANT, BY_OFFICE
from dossiers.operations.supplement.actions import DAYS_TO_ASK, UNANSWERED
from dossiers.slips.heading import Issue
from dossiers.slips.notices import (
    Contact,
    Refused,
    Signer,
    Stopped,
    apology_data,
    refusal_data,
    stop_data,
    supplement_data,
)
from dossiers.slips.paper import Data
from units.clock.days import local_day
from units.texts.wording import short_date

ANSWER_DAYS: Final = 20
Stage, Defect = SupplementRequest.Stage, SupplementRequest.Defect
NO_MONEY: Final = "Không thu phí, lệ phí"


# Papers that are missing


def ask_supplement(tale: Tale, *, override: bool = False) -> SupplementRequest:
    """All defects in one request: by the desk before acceptance, by the handling unit after it."""
    accepted = tale.story.now.received_at is not None
    text = tale.words("supplement")
    unit = tale.handler if accepted else tale.desk
    data = {"holder": tale.desk}
    actor = tale.happen(EventKind.SUPPLEMENT_ASKED, unit, Status.AWAITING_SUPPLEMENT, reason=text, data=data)
    request = SupplementRequest(
        dossier_id=tale.key,
        stage=Stage.APPRAISAL if accepted else Stage.INTAKE,
        reasons=tale.rng.sample(Defect.values[:5], tale.rng.choice((1, 1, 2))),
        text=text,
        papers=_missing(tale),
        asked_at=tale.at,
        answer_by=tale.closing_in(ANSWER_DAYS),
        asked_by_id=actor,
        ground=tale.words("override") if override else "",
        approver_id=_leader(tale) if override else None,
        is_override=override,
    )
    tale.note(request)
    tale.issue(Slip.Form.SUPPLEMENT, actor, partial(_supplement_slip, request=request, officer=tale.name_of(actor)))
    return request


def bring(tale: Tale, request: SupplementRequest) -> None:
    """Everything asked for after acceptance is there: the term begins again, on a new version of the receipt."""
    actor = tale.happen(EventKind.SUPPLEMENTED, tale.desk, Status.IN_PROCESS)
    request.completed_at = tale.at
    renew_receipt(tale, actor)


def give_up(tale: Tale, request: SupplementRequest) -> None:
    """Nobody answered in time: refused before acceptance, stopped after it."""
    tale.wait(tale.calendar.opening(tale.calendar.next_working_day(local_day(request.answer_by))))
    accepted = tale.story.now.received_at is not None
    kind, to = (EventKind.STOPPED, Status.STOPPED) if accepted else (EventKind.REFUSED, Status.REFUSED)
    reason, data = "Quá hạn bổ sung giấy tờ mà người nộp chưa bổ sung.", {"why": UNANSWERED}
    tale.happen(kind, tale.desk, to, reason=reason, data=data, actor=None)
    request.abandoned_at = tale.at


def may_still_ask(tale: Tale) -> bool:
    last = tale.calendar.nth_working_day(local_day(tale.story.now.received_at), DAYS_TO_ASK)
    return local_day(tale.at) <= last and not tale.story.now.supplements


def _missing(tale: Tale) -> list[dict[str, str]]:
    papers = tale.setting.papers.get(tale.line.version.pk, [])
    picked = tale.rng.sample(papers, min(len(papers), tale.rng.choice((1, 2))))
    return [
        {
            "name": paper.name,
            "missing": tale.rng.choice(("original", "certified", "copy")),
            "note": tale.words("defect"),
        }
        for paper in picked
    ]


def _supplement_slip(dossier: Dossier, issue: Issue, request: SupplementRequest, officer: str) -> Data:
    return supplement_data(dossier, request, Contact(officer), issue, "")


# Not taken in, not granted


def refuse(tale: Tale) -> None:
    reason = tale.words("refused")
    actor = tale.happen(EventKind.REFUSED, tale.desk, Status.REFUSED, reason=reason)
    refusal_slip(tale, actor, reason)


def refusal_slip(tale: Tale, actor: int | None, reason: str) -> None:
    refused = Refused(reason, tale.words("ground"))
    tale.issue(Slip.Form.REFUSAL, actor, partial(_refusal_slip, refused=refused, officer=tale.name_of(actor)))


def _refusal_slip(dossier: Dossier, issue: Issue, refused: Refused, officer: str) -> Data:
    return refusal_data(dossier, refused, Contact(officer), issue, "")


# While the clock rests


def ask_payment(tale: Tale) -> None:
    data = {"amount": tale.rng.randrange(20, 900) * 50_000}
    tale.happen(EventKind.PAYMENT_ASKED, tale.holder, Status.AWAITING_PAYMENT, reason=tale.words("payment"), data=data)


def pay(tale: Tale, minutes: float) -> None:
    """Money is asked for and, `minutes` of working time later, there."""
    ask_payment(tale)
    tale.work(minutes)
    receipt = f"BL-{tale.rng.randrange(100_000, 999_999)}"
    tale.happen(EventKind.PAID, tale.holder, Status.IN_PROCESS, reason=receipt)


def stop(tale: Tale) -> None:
    """A competent body has the work stopped."""
    reason, body = tale.words("stopped"), tale.words("body")
    dated = local_day(tale.at) - timedelta(days=1)
    document = f"{tale.rng.randrange(100, 900)}/CV, {short_date(dated, 'vi')}"
    data = {"body": body, "document": document}
    actor = tale.happen(EventKind.STOPPED, tale.holder, Status.STOPPED, reason=reason, data=data)
    stopped = Stopped(body, reason, tale.at, "Đang giải quyết", NO_MONEY, decision=document)
    _stop_slip(tale, actor, stopped)


def resume(tale: Tale) -> None:
    tale.happen(EventKind.RESUMED, tale.holder, Status.IN_PROCESS, reason=tale.words("resumed"))


def ask_withdrawal(tale: Tale) -> str:
    reason = tale.words("withdrawn")
    tale.happen(EventKind.WITHDRAWAL_ASKED, tale.holder, Status.WITHDRAWAL_ASKED, reason=reason)
    return reason


def close_resting(tale: Tale, outcome: Outcome, reason: str) -> None:
    """A stopped or withdrawn dossier ends without a result."""
    unit = tale.handler if tale.story.now.received_at else tale.desk
    actor = tale.happen(EventKind.FINISHED, unit, Status.DONE, reason=reason, data=tale.ended(outcome))
    asked_by = BY_APPLICANT if outcome is Outcome.WITHDRAWN else BY_OFFICE
    back = tale.words("papers_back")
    stopped = Stopped(asked_by, reason, tale.at, AT_THE_END, NO_MONEY, papers_back=back, final=True)
    _stop_slip(tale, actor, stopped)


def _stop_slip(tale: Tale, actor: int | None, stopped: Stopped) -> None:
    tale.issue(Slip.Form.STOP, actor, partial(_stop_data, stopped=stopped, officer=tale.name_of(actor)))


def _stop_data(dossier: Dossier, issue: Issue, stopped: Stopped, officer: str) -> Data:
    contact, signer = Contact(officer, dossier.handler.telephone), Signer(officer, dossier.handler.name)
    return stop_data(dossier, stopped, contact, signer, issue, "")


# Others are asked, somebody goes to see


def consult(tale: Tale, office: int, days: int, *, answered_after: float | None) -> Consultation:
    """Another office is asked; the answer comes with the time that passes until the next turn, or not at all."""
    asker, answer_by = tale.holder, tale.closing_in(days)
    data = {"office": office, "answer_by": answer_by.isoformat()}
    actor = tale.happen(EventKind.CONSULTED, asker, data=data)
    asked = Consultation(
        dossier_id=tale.key,
        asker_id=asker,
        office_id=office,
        question=tale.words("question"),
        asked_at=tale.at,
        answer_by=answer_by,
        asked_by_id=actor,
    )
    tale.note(asked)
    if answered_after is not None:
        tale.work(answered_after)
        _answer(tale, asked)
    return asked


def _answer(tale: Tale, asked: Consultation) -> None:
    data = {"office": asked.office_id, "late": tale.at > asked.answer_by}
    actor = tale.happen(EventKind.CONSULT_ANSWERED, asked.office_id, data=data)
    asked.answer, asked.answered_at, asked.answered_by_id = tale.words("answer"), tale.at, actor


def visit(tale: Tale) -> None:
    """Somebody went to see, today or the working day before, and writes it down."""
    on = max(local_day(tale.arrival.at), tale.calendar.on_or_before(local_day(tale.at)))
    actor = tale.happen(EventKind.VISITED, tale.holder, data={"on": on.isoformat()})
    tale.note(
        Visit(
            dossier_id=tale.key,
            unit_id=tale.holder,
            on=on,
            place=tale.person.address,
            people=tale.words("people"),
            findings=tale.words("findings"),
            recorded_at=tale.at,
            recorded_by_id=actor,
        )
    )


# Lateness


def draft_apology(tale: Tale, unit: int, cause: str) -> Apology:
    apology = Apology(
        dossier_id=tale.key,
        unit=tale.setting.units[unit],
        cause=cause,
        old_due_at=tale.due_at,
        drafted_at=tale.at,
    )
    tale.note(apology)
    return apology


def sign_apology(tale: Tale, apology: Apology, new_due_at: datetime) -> None:
    """Apologise and promise a new date; once."""
    apology.reason, apology.new_due_at = tale.words("apology"), new_due_at
    signer = tale.setting.staff.leader(apology.unit_id, tale.handler) or tale.setting.staff.pick(
        apology.unit_id, tale.rng
    )
    data = {"again": new_due_at.isoformat()}
    try:
        tale.happen(EventKind.REAPPOINTED, apology.unit_id, reason=apology.reason, data=data, actor=signer)
    except NotYetError:
        apology.reason, apology.new_due_at = "", None
        raise
    apology.signed_at, apology.signer_id, apology.is_late = tale.at, signer, tale.story.now.is_late_apology
    tale.issue(Slip.Form.APOLOGY, signer, partial(_apology_slip, apology=apology, officer=tale.name_of(signer)))


def apology_possible_until(tale: Tale) -> datetime:
    return apology_deadline(tale.due_at, tale.calendar)


def _apology_slip(dossier: Dossier, issue: Issue, apology: Apology, officer: str) -> Data:
    return apology_data(dossier, apology, Signer(officer, apology.unit.name), issue, "")


# Corrections


def correct_phone(tale: Tale, wrong: str) -> None:
    """A telephone number taken down wrongly: the first receipt had the wrong one."""
    reason, data = tale.words("correction"), {"fields": ["phone"]}
    actor = tale.happen(EventKind.CORRECTED, tale.desk, reason=reason, data=data)
    renew_receipt(tale, actor, applicant_phone=wrong)


def correct_procedure(tale: Tale, line: Any) -> None:
    """Another procedure of the same desk was meant: its terms and its way, from the original receipt."""
    data = tale.setting.acceptance(tale.arrival, line)
    actor = tale.happen(EventKind.CORRECTED, tale.desk, reason=tale.words("wrong_procedure"), data=data)
    tale.line, tale.handler = line, line.offering.handler_id
    renew_receipt(tale, actor)


def _leader(tale: Tale) -> int | None:
    office = tale.setting.units[tale.desk].parent_id or tale.desk
    return tale.setting.staff.leader(tale.handler, office)
