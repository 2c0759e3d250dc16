"""The answer: drafted by an officer, sent by who answers for the unit, shown by a photograph; and files of a case."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import choice, given_reason, paragraph
from accounts.staff.operations import Operation
from complaints.clock.rules import DecidedBy
from complaints.clock.states import ANSWERABLE, OPEN, Kind, Outcome, Status
from complaints.models import AnswerTemplate, Case
from complaints.operations.answer.actions import answer_case, draft_answer, return_draft, waiting_draft
from complaints.operations.base import CaseForm, calls
from complaints.operations.settlement.actions import case_rules
from complaints.operations.settlement.operations import outcomes_of
from complaints.permissions import may_decide, may_work
from complaints.registration.fields import FilesForm
from complaints.registration.files import add_files

_WORDS = _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")


class AnswerForm(CaseForm):
    """Begins with the draft that waits for approval, where there is one."""

    outcome = choice(_("Kết quả"), [], missing=_("Hãy chọn kết quả giải quyết."), radio=True)
    template = forms.ModelChoiceField(
        label=_("Mẫu trả lời"),
        queryset=AnswerTemplate.objects.none(),
        required=False,
        empty_label=_("Không dùng mẫu"),
    )
    answer = paragraph(
        _("Trả lời"), missing=_WORDS, hint=_("Người gửi đọc lời này trên trang theo dõi."), most=20000, rows=8
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        fitting = AnswerTemplate.objects.filter(Q(kind="") | Q(kind=case.kind), is_active=True)
        self.fields["template"].queryset = fitting  # type: ignore[attr-defined]
        if case.state is Status.SETTLED:
            del self.fields["outcome"]
        else:
            self.fields["outcome"].choices = outcomes_of(case)  # type: ignore[attr-defined]
        if data is None and (draft := waiting_draft(case)):
            self.initial = {"answer": draft.text, "outcome": draft.outcome}

    @property
    def decided(self) -> Outcome | None:
        outcome = self.cleaned_data.get("outcome")
        return Outcome(outcome) if outcome else None

    def filled(self, data: QueryDict) -> QueryDict:
        """What was typed, with the words of the chosen template after it."""
        self.full_clean()
        chosen: AnswerTemplate | None = self.cleaned_data.get("template")
        more = data.copy()
        if chosen is not None:
            more["answer"] = "\n\n".join(filter(None, (data.get("answer", "").strip(), chosen.text)))
        return more


class ReturnForm(CaseForm):
    reason = given_reason(_("Cần sửa gì"))


class ShownForm(CaseForm):
    """Files of a case; `seen` before them, since files come last."""

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime, files: Any = None) -> None:
        super().__init__(data, case=case, user=user, at=at)
        self.chosen = FilesForm(data, files)
        self.fields["uploads"] = self.chosen.fields["uploads"]
        if files is not None:
            self.files = files

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        uploads: list[UploadedFile[Any]] = cleaned.get("uploads") or []
        if not uploads and "uploads" not in self.errors:
            self.add_error("uploads", now_("Hãy chọn ít nhất một tệp."))
        return cleaned


def _open_to_answer(case: Case) -> bool:
    at_once = case_rules(case).decided_by is DecidedBy.ANSWERED and case.state is Status.SETTLING
    return (at_once or case.state is Status.SETTLED) and case.passed_to_id is None


def _answers(user: User, case: Case) -> bool:
    """Where the law or the district asks for approval, who answers for the unit alone."""
    if not _open_to_answer(case):
        return False
    return may_decide(user, case) if case_rules(case).approved else may_work(user, case)


def _drafts(user: User, case: Case) -> bool:
    return _open_to_answer(case) and case_rules(case).approved and may_work(user, case) and not may_decide(user, case)


def _adds(user: User, case: Case) -> bool:
    return case.state in OPEN and may_work(user, case)


def _shows(user: User, case: Case) -> bool:
    return case.kind == Kind.FIELD_REPORT and case.state in ANSWERABLE and may_work(user, case)


OPERATIONS: tuple[Operation[Case], ...] = (
    Operation(
        slug="tra-loi",
        label=_("Trả lời người gửi"),
        icon="tick-circle",
        form=AnswerForm,
        may=_answers,
        do=lambda case, form, user, at: answer_case(
            case=case, answer=form.cleaned_data["answer"], outcome=form.decided, actor=user, at=at
        ),
        is_main=True,
        fills=True,
        shows_letter=True,
    ),
    Operation(
        slug="trinh-tra-loi",
        label=_("Trình dự thảo trả lời"),
        icon="doc",
        form=AnswerForm,
        may=_drafts,
        do=lambda case, form, user, at: draft_answer(
            case=case, answer=form.cleaned_data["answer"], outcome=form.decided, actor=user, at=at
        ),
        note=_("Lãnh đạo đơn vị đọc, sửa nếu cần, rồi gửi hoặc trả lại. Dự thảo sau thay dự thảo trước."),
        is_main=True,
        fills=True,
        shows_letter=True,
    ),
    Operation(
        slug="tra-du-thao",
        label=_("Trả lại dự thảo"),
        icon="x",
        form=ReturnForm,
        may=lambda user, case: bool(case.draft) and may_decide(user, case),
        do=calls(return_draft),
    ),
    Operation(
        slug="bang-chung",
        label=_("Thêm ảnh, văn bản đã xử lý"),
        icon="camera",
        form=ShownForm,
        may=_shows,
        do=calls(partial(add_files, is_evidence=True)),
        note=_("Phản ánh hiện trường chỉ trả lời là đã xử lý khi có ảnh hoặc văn bản cho thấy."),
        takes_files=True,
    ),
    Operation(
        slug="them-tep",
        label=_("Thêm bản quét, tệp"),
        icon="plus",
        form=ShownForm,
        may=_adds,
        do=calls(partial(add_files, is_evidence=False)),
        takes_files=True,
        is_aside=True,
    ),
)
