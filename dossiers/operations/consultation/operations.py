"""Acts of asking: the opinion of another office, its answer, and verification on the spot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import DayField, line, paragraph
from accounts.staff.operations import Operation
from accounts.staff.permissions import WORKING_ROLES, acts_for
from dossiers.clock.states import OPEN, RUNNING, Status
from dossiers.explanation.supplements_and_apologies import may_have_questions
from dossiers.models import Consultation, Dossier
from dossiers.operations.consultation.actions import (
    Question,
    VisitReport,
    answer_consultation,
    consult,
    record_visit,
)
from dossiers.operations.handover.operations import held_by
from dossiers.permissions import may_handle
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import Unit

IN_WORDS = _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")


class ConsultForm(forms.Form):
    """The answer is due when the asked office closes on the chosen day."""

    office = forms.ModelChoiceField(
        label=_("Đơn vị được hỏi"),
        queryset=Unit.objects.none(),
        empty_label=_("Chọn đơn vị"),
        error_messages={"required": _("Hãy chọn đơn vị được hỏi.")},
    )
    question = paragraph(
        _("Nội dung lấy ý kiến"),
        most=4000,
        missing=IN_WORDS,
        hint=_("Không ghi thông tin về người nộp: đơn vị được hỏi không xem phần đó của hồ sơ."),
        rows=5,
    )
    answer_on = DayField(label=_("Trả lời trước hết ngày"))

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        self.asker = _here(user, dossier)
        offices = self.fields["office"]
        assert isinstance(offices, forms.ModelChoiceField)
        offices.queryset = Unit.objects.in_force(local_day(at)).exclude(pk=self.asker.pk).select_related("kind")

    def question_asked(self) -> Question:
        typed = self.cleaned_data
        calendar = working_calendar(typed["office"])
        answer_by = calendar.closing(calendar.on_or_before(typed["answer_on"]))
        return Question(typed["office"], typed["question"], answer_by)


class AnswerForm(forms.Form):
    consultation = forms.ModelChoiceField(
        label=_("Câu hỏi"), queryset=Consultation.objects.none(), widget=forms.HiddenInput, required=False
    )
    answer = paragraph(_("Ý kiến trả lời"), most=4000, missing=IN_WORDS, rows=5)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        asked = questions_to(user, dossier)
        field = self.fields["consultation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Consultation.objects.filter(pk__in=[one.pk for one in asked])
        self.first = asked[0] if asked else None
        if self.first:
            field.initial = self.first.pk
            self.fields["answer"].help_text = f"{self.first.asker.name}: {self.first.question}"


class VisitForm(forms.Form):
    on = DayField(label=_("Ngày xác minh"))
    place = line(_("Nơi xác minh"), 300, missing=_("Hãy ghi nơi xác minh."))
    people = line(_("Thành phần"), 300)
    findings = paragraph(_("Kết quả xác minh"), most=4000, missing=IN_WORDS, rows=5)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data, initial={"on": local_day(at)})
        self.unit = _here(user, dossier)


def questions_to(user: User, dossier: Dossier) -> list[Consultation]:
    """What this person's offices were asked and have not answered, the most urgent first."""
    if not may_have_questions(dossier):
        return []
    asked = dossier.consultations.unanswered().select_related("office", "asker").order_by("answer_by")
    return [one for one in asked if acts_for(user, one.office, *WORKING_ROLES)]


def _here(user: User, dossier: Dossier) -> Unit:
    """The unit for which this person works on the dossier."""
    held = held_by(user, dossier)
    return held[0].unit if held else dossier.handler


def _works_on(user: User, dossier: Dossier) -> bool:
    return bool(held_by(user, dossier)) or may_handle(user, dossier)


def _may_consult(user: User, dossier: Dossier) -> bool:
    return dossier.state in RUNNING | {Status.AWAITING_SUPPLEMENT} and _works_on(user, dossier)


def _may_answer(user: User, dossier: Dossier) -> bool:
    return dossier.state in OPEN and bool(questions_to(user, dossier))


def _may_visit(user: User, dossier: Dossier) -> bool:
    return dossier.state in RUNNING and _works_on(user, dossier)


def _consult(dossier: Dossier, form: ConsultForm, user: User, at: datetime) -> None:
    consult(dossier=dossier, asker=form.asker, question=form.question_asked(), actor=user, at=at)


def _answer(dossier: Dossier, form: AnswerForm, user: User, at: datetime) -> None:
    asked = form.cleaned_data["consultation"] or form.first
    assert asked is not None  # the act is only there where something was asked
    answer_consultation(consultation=asked, answer=form.cleaned_data["answer"], actor=user, at=at)


def _visit(dossier: Dossier, form: VisitForm, user: User, at: datetime) -> None:
    record_visit(dossier=dossier, unit=form.unit, seen=VisitReport(**form.cleaned_data), actor=user, at=at)


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="tra-loi-y-kien",
        label=_("Trả lời ý kiến"),
        icon="doc",
        form=AnswerForm,
        may=_may_answer,
        do=_answer,
        is_main=True,
    ),
    Operation(
        slug="lay-y-kien",
        label=_("Lấy ý kiến đơn vị khác"),
        icon="hands",
        form=ConsultForm,
        may=_may_consult,
        do=_consult,
        note=_("Thời hạn của hồ sơ vẫn chạy trong lúc chờ trả lời."),
    ),
    Operation(
        slug="xac-minh",
        label=_("Ghi kết quả thẩm tra, xác minh"),
        icon="pin",
        form=VisitForm,
        may=_may_visit,
        do=_visit,
    ),
)
