"""Consults another office and records on-site verifications.

Sources: Decree 61/2018/ND-CP, article 19.1 to 19.5: a consultation records the question, the deadline and the answer;
an office that answers late is reported to the head of the one-stop desk; a verification is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.states import EventKind
from dossiers.events.reasons import require_reason, require_text
from dossiers.events.record import append_event, locked
from dossiers.models import Consultation, Dossier, DossierEvent, Visit
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

LONGEST_WAIT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to another office; `answer_by` is aware."""

    office: Unit
    text: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class VisitReport:
    """An on-site verification: local day, place, participants, findings."""

    on: date
    place: str
    findings: str
    people: str = ""


@transaction.atomic
def consult(*, dossier: Dossier, asker: Unit, question: Question, actor: User | None, at: datetime) -> Consultation:
    """Consults another office; no clock pauses. Raises RuleBroken, with the form field."""
    text = require_reason(question.text, "question")
    _check_office(question.office, asker, at)
    if not at < question.answer_by <= at + LONGEST_WAIT:
        raise RuleBroken(_("Hạn trả lời phải sau lúc hỏi, trong vòng 60 ngày."), field="answer_on")
    dossier = locked(dossier)
    if dossier.consultations.unanswered().filter(office=question.office).exists():
        raise RuleBroken(_("Đơn vị này đang được hỏi, chưa trả lời."), field="office")
    data = {"office": question.office.pk, "answer_by": question.answer_by.isoformat()}
    append_event(dossier, _event(EventKind.CONSULTED, dossier, asker, actor, at, data))
    return Consultation.objects.create(
        dossier=dossier,
        asker=asker,
        office=question.office,
        question=text,
        asked_at=at,
        answer_by=question.answer_by,
        asked_by=actor,
    )


@transaction.atomic
def answer_consultation(*, consultation: Consultation, answer: str, actor: User | None, at: datetime) -> Consultation:
    """Records the answer of the consulted office, once. Raises RuleBroken, with the form field."""
    text = require_reason(answer, "answer")
    dossier = locked(consultation.dossier)
    asked = Consultation.objects.select_related("office").get(pk=consultation.pk)
    if asked.answered_at is not None:
        raise RuleBroken(_("Câu hỏi này đã được trả lời."))
    data = {"office": asked.office_id, "late": at > asked.answer_by}
    append_event(dossier, _event(EventKind.CONSULT_ANSWERED, dossier, asked.office, actor, at, data))
    asked.answer, asked.answered_at, asked.answered_by = text, at, actor
    asked.save(update_fields=["answer", "answered_at", "answered_by"])
    return asked


@transaction.atomic
def record_visit(*, dossier: Dossier, unit: Unit, seen: VisitReport, actor: User | None, at: datetime) -> Visit:
    """Records a verification by `unit`. Raises RuleBroken, with the form field, for a day before submission or in the
    future."""
    place = require_text(seen.place, "place", _("Hãy ghi nơi xác minh."))
    findings = require_reason(seen.findings, "findings")
    dossier = locked(dossier)
    if seen.on > local_day(at) or seen.on < local_day(dossier.submitted_at):
        raise RuleBroken(_("Ngày xác minh phải từ ngày nộp hồ sơ đến hôm nay."), field="on")
    append_event(dossier, _event(EventKind.VISITED, dossier, unit, actor, at, {"on": seen.on.isoformat()}))
    return Visit.objects.create(
        dossier=dossier,
        unit=unit,
        on=seen.on,
        place=place,
        people=seen.people.strip(),
        findings=findings,
        recorded_at=at,
        recorded_by=actor,
    )


def _check_office(office: Unit, asker: Unit, at: datetime) -> None:
    if office.pk == asker.pk:
        raise RuleBroken(_("Không lấy ý kiến của chính đơn vị mình."), field="office")
    if not office.is_in_force(local_day(at)):
        raise RuleBroken(_("Đơn vị được hỏi không còn hoạt động."), field="office")


def _event(
    kind: EventKind, dossier: Dossier, unit: Unit, actor: User | None, at: datetime, data: Mapping[str, object]
) -> DossierEvent:
    return DossierEvent(kind=kind, to_status=dossier.state, at=at, unit_id=unit.pk, actor=actor, data=dict(data))
