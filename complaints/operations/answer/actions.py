"""An officer drafts the answer, the head of the unit sends it or returns the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import SETTLEMENTS, EventKind, Kind, Outcome, Status
from complaints.events.notices import notify_reporter
from complaints.events.record import append_event, locked
from complaints.models import Case, CaseEvent, CaseFile
from complaints.models.people import TextSort
from complaints.operations.settlement.actions import case_rules, check_outcome, reopens_until
from complaints.permissions import may_decide
from complaints.texts.actions import checked_text, store_text
from notices.models import Notice
from units.rules import RuleBroken


@transaction.atomic
def draft_answer(*, case: Case, answer: str, actor: User | None, at: datetime, outcome: Outcome | None = None) -> Case:
    """Submit a draft to the head of the unit; a later draft replaces an earlier one. Includes the outcome where there
    was no decision before. Raises RuleBroken."""
    case = locked(case)
    data = {}
    if case.state is Status.SETTLING:
        if outcome not in SETTLEMENTS:
            raise RuleBroken(_("Hãy chọn kết quả giải quyết."), field="outcome")
        data = {"outcome": outcome.value}
    answer = checked_text(answer, "answer")
    event = append_event(case, EventKind.DRAFTED, actor=actor, at=at, data=data)
    store_text(case, TextSort.DRAFT, answer, event=event.number, author=actor, at=at)
    return case


@transaction.atomic
def return_draft(*, case: Case, reason: str, actor: User | None, at: datetime) -> Case:
    """Return a draft with what is to be changed. Raises RuleBroken where none waits."""
    case = locked(case)
    if not case.draft:
        raise RuleBroken(_("Không có dự thảo nào đang chờ duyệt."))
    reason = checked_text(reason, "reason")
    event = append_event(case, EventKind.DRAFT_RETURNED, actor=actor, at=at)
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    return case


@dataclass(frozen=True, slots=True)
class Draft:
    """`outcome` empty where a decision came before."""

    text: str
    outcome: str
    author: User | None


def waiting_draft(case: Case) -> Draft | None:
    """The draft of a plain case that waits for approval; two queries, none where there is none."""
    if not case.draft or case.is_sealed:
        return None
    event = CaseEvent.objects.select_related("actor").get(case=case, number=case.draft)
    text = case.texts.filter(sort=TextSort.DRAFT, event=case.draft).values_list("text", flat=True).first()
    return Draft(text or "", event.data.get("outcome", ""), event.actor)


@transaction.atomic
def answer_case(*, case: Case, answer: str, actor: User | None, at: datetime, outcome: Outcome | None = None) -> Case:
    """Answer the reporter. Where no decision came before, the outcome is named here.

    A report from the street that was dealt with needs a photograph or document of it. Where the rules ask for
    approval, an officer only drafts (`draft_answer`); who answers for the unit sends it. Raises RuleBroken.
    """
    case = locked(case)
    if actor is not None and case_rules(case).approved and not may_decide(actor, case):
        raise RuleBroken(_("Trả lời loại này do lãnh đạo đơn vị duyệt: hãy trình dự thảo."))
    data = {}
    if case.state is Status.SETTLING:
        if outcome is None:
            raise RuleBroken(_("Hãy chọn kết quả giải quyết."), field="outcome")
        check_outcome(outcome)
        data = {"outcome": outcome.value}
    ends_as = Outcome(case.outcome) if case.outcome else outcome
    if case.kind == Kind.FIELD_REPORT and ends_as is Outcome.DEALT_WITH and not _has_evidence(case):
        raise RuleBroken(_("Phản ánh hiện trường cần ảnh hoặc văn bản cho thấy đã xử lý."), field="evidence")
    answer = checked_text(answer, "answer")
    event = append_event(case, EventKind.ANSWERED, actor=actor, at=at, data=data)
    store_text(case, TextSort.ANSWER, answer, event=event.number, author=actor, at=at)
    until = reopens_until(case, case_rules(case))
    more: dict[str, Any] = {"reopen_until_at": until.isoformat()} if until else {}
    notify_reporter(case, Notice.Kind.CASE_ANSWERED, at=at, **more)
    return case


def _has_evidence(case: Case) -> bool:
    return CaseFile.objects.filter(case=case, is_evidence=True).exists()
