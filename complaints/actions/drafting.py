"""An officer writes the answer, the head of the unit sends it or gives it back; and who speaks for a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.actions.record import happen, locked
from complaints.actions.words import in_words, keep_words
from complaints.models import MOST_REPRESENTATIVES, Case, CaseEvent, Representative
from complaints.models.people import TextSort
from complaints.states import SETTLEMENTS, EventKind, Outcome, Status
from units.rules import RuleBroken


@transaction.atomic
def draft_answer(*, case: Case, answer: str, actor: User | None, at: datetime, outcome: Outcome | None = None) -> Case:
    """Lay an answer before who answers for the unit; a later draft takes the place of an earlier one. The outcome is
    part of it where no decision came before. Raises RuleBroken."""
    case = locked(case)
    data = {}
    if case.state is Status.SETTLING:
        if outcome not in SETTLEMENTS:
            raise RuleBroken(_("Hãy chọn kết quả giải quyết."), field="outcome")
        data = {"outcome": outcome.value}
    answer = in_words(answer, "answer")
    event = happen(case, EventKind.DRAFTED, actor=actor, at=at, data=data)
    keep_words(case, TextSort.DRAFT, answer, event=event.number, author=actor, at=at)
    return case


@transaction.atomic
def return_draft(*, case: Case, reason: str, actor: User | None, at: datetime) -> Case:
    """Give a draft back with what is to be changed. Raises RuleBroken where none waits."""
    case = locked(case)
    if not case.draft:
        raise RuleBroken(_("Không có dự thảo nào đang chờ duyệt."))
    reason = in_words(reason, "reason")
    event = happen(case, EventKind.DRAFT_RETURNED, actor=actor, at=at)
    keep_words(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
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


@dataclass(frozen=True, slots=True)
class Delegate:
    name: str
    phone: str = ""
    address: str = ""


@transaction.atomic
def name_representatives(*, case: Case, people: int, delegates: Sequence[Delegate]) -> Case:
    """How many speak with one voice, and who was sent to speak for them; what was named before is replaced.

    A case of more than one person has a representative (Decree 154/2026/NĐ-CP, article 14.3). Raises RuleBroken."""
    case = locked(case)
    if case.is_sealed:
        raise RuleBroken(_("Tố cáo ghi người đại diện trong ghi chú niêm phong."))
    if people < 2:
        raise RuleBroken(_("Vụ việc của nhiều người có từ 2 người trở lên."), field="people")
    if not 1 <= len(delegates) <= min(MOST_REPRESENTATIVES, people):
        raise RuleBroken(
            _("Ghi từ 1 đến %(n)d người đại diện.") % {"n": min(MOST_REPRESENTATIVES, people)}, field="delegates"
        )
    case.people = people
    case.save(update_fields=["people"])
    case.representatives.all().delete()
    Representative.objects.bulk_create(
        Representative(case=case, position=place, name=one.name, phone=one.phone, address=one.address)
        for place, one in enumerate(delegates, 1)
    )
    return case
