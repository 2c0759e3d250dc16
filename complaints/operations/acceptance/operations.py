"""From the letter to acceptance: what a case is, whether it is taken on, what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import choice, given_reason, line, paragraph
from accounts.staff.operations import Operation
from complaints.clock.rules import Grade
from complaints.clock.states import OPEN, SEALED_KINDS, Kind, Status
from complaints.events.record import due_if_accepted
from complaints.models import KIND_LABELS, Case, Category, Ground
from complaints.models.labels import GRADE_LABELS
from complaints.operations.acceptance.actions import (
    accept_case,
    ask_supplement,
    note_supplement,
    refuse_case,
    transfer_case,
)
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.acceptance.splitting import split_case
from complaints.operations.base import CaseForm, calls, decides_in, one_ground, works_in
from complaints.operations.settlement.actions import case_rules
from complaints.permissions import may_work
from complaints.registration.actions import WRITTEN_OR_IN_PERSON

_WORDS = _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")
OFFERED = [(kind.value, label) for kind, label in KIND_LABELS.items() if kind is not Kind.DENUNCIATION_INFO]


class SortForm(CaseForm):
    """`unit`: the unit it is for, where that is another one of the same authority."""

    kind = choice(_("Loại"), OFFERED, missing=_("Hãy chọn loại."))
    category = forms.ModelChoiceField(label=_("Lĩnh vực"), queryset=Category.objects.all(), required=False)
    grade = choice(_("Mức độ"), [(grade.value, label) for grade, label in GRADE_LABELS.items()])
    is_longer = forms.BooleanField(label=_("Phải xác minh ở nhiều nơi trước khi thụ lý"), required=False)
    reason = paragraph(_("Ghi chú phân loại"), rows=2)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        kind = Kind.DENUNCIATION if case.kind == Kind.DENUNCIATION_INFO else Kind(case.kind)
        self.initial = {"kind": kind.value, "category": case.category_id, "grade": case.grade}
        grades = _grades_of(case)
        self.fields["grade"].choices = [(one.value, GRADE_LABELS[one]) for one in grades]  # type: ignore[attr-defined]

    @property
    def sorting(self) -> Sorting:
        typed = self.cleaned_data
        return Sorting(
            kind=Kind(typed["kind"]),
            category=typed["category"],
            grade=Grade(typed["grade"] or Grade.NORMAL),
            is_longer=typed["is_longer"],
            reason=typed["reason"],
        )


class AcceptForm(CaseForm):
    """Nothing to fill in, but for a grievance that did not come on paper or in person. `due_at`: what is promised by
    accepting now."""

    signed = forms.BooleanField(
        label=_("Đã nhận đơn có chữ ký hoặc điểm chỉ của người khiếu nại"),
        error_messages={
            "required": _("Khiếu nại chỉ được thụ lý khi có đơn đã ký (Luật Khiếu nại 2011, Điều 8 và 11).")
        },
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        self.due_at = due_if_accepted(case, at)
        if case.kind != Kind.GRIEVANCE or case.channel_choice in WRITTEN_OR_IN_PERSON:
            del self.fields["signed"]


class RefuseForm(CaseForm):
    ground = one_ground()
    reason = given_reason()

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        grounds = Ground.objects.filter(kind=case.kind, use=Ground.Use.NOT_ACCEPTED)
        self.fields["ground"].queryset = grounds  # type: ignore[attr-defined]


class TransferForm(CaseForm):
    body = line(_("Cơ quan có thẩm quyền"), 200, missing=_("Hãy ghi tên cơ quan có thẩm quyền."))
    reason = paragraph(_("Lý do"), rows=2)


class AskForm(CaseForm):
    asked = paragraph(
        _("Cần bổ sung những gì"),
        missing=_WORDS,
        hint=_("Người gửi đọc lời này."),
    )


class SupplementForm(CaseForm):
    said = paragraph(_("Nội dung người gửi bổ sung"), missing=_WORDS, most=20000)


class SplitForm(CaseForm):
    """The part of a mixed letter that is another kind of case. Of a denunciation only what is none is split off, and
    the letter stays as it is."""

    kind = choice(_("Phần tách ra là"), OFFERED, missing=_("Hãy chọn loại."))
    content = paragraph(_("Nội dung phần tách ra"), missing=_WORDS, most=20000, rows=6)
    remaining = paragraph(
        _("Phần còn lại của đơn"),
        hint=_("Bắt buộc khi phần tách ra là tố cáo: viết lại phần còn lại, không nhắc đến nội dung tố cáo."),
        most=20000,
        rows=6,
    )

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        if case.is_sealed:
            del self.fields["remaining"]
            self.fields["content"].help_text = _(
                "Viết lại, không nhắc đến nội dung tố cáo: cả đơn vị sẽ đọc phần này."
            )
            plain = [(value, label) for value, label in OFFERED if Kind(value) not in SEALED_KINDS]
            self.fields["kind"].choices = plain  # type: ignore[attr-defined]


def _grades_of(case: Case) -> list[Grade]:
    return sorted(case_rules(case).settle, key=list(Grade).index)


OPERATIONS: tuple[Operation[Case], ...] = (
    Operation(
        slug="phan-loai",
        label=_("Phân loại"),
        icon="list",
        form=SortForm,
        may=works_in(Status.NEW, Status.SORTED),
        do=lambda case, form, user, at: sort_case(case=case, sorting=form.sorting, actor=user, at=at),
        note=_("Thời hạn được tính theo loại, từ lúc nhận. Nội dung tố cáo được niêm phong ngay khi phân loại."),
    ),
    Operation(
        slug="thu-ly",
        label=_("Thụ lý"),
        icon="tick",
        form=AcceptForm,
        may=works_in(Status.SORTED),
        do=lambda case, form, user, at: accept_case(case=case, actor=user, at=at),
        is_main=True,
    ),
    Operation(
        slug="khong-thu-ly",
        label=_("Không thụ lý"),
        icon="x",
        form=RefuseForm,
        may=decides_in(Status.SORTED, Status.AWAITING_SUPPLEMENT),
        do=calls(refuse_case),
    ),
    Operation(
        slug="chuyen-co-quan",
        label=_("Chuyển cơ quan có thẩm quyền"),
        icon="arrow-right",
        form=TransferForm,
        may=works_in(Status.SORTED),
        do=calls(transfer_case),
    ),
    Operation(
        slug="yeu-cau-bo-sung",
        label=_("Đề nghị bổ sung"),
        icon="info",
        form=AskForm,
        may=works_in(Status.SORTED),
        do=calls(ask_supplement),
    ),
    Operation(
        slug="da-bo-sung",
        label=_("Ghi nội dung bổ sung"),
        icon="plus",
        form=SupplementForm,
        may=works_in(Status.AWAITING_SUPPLEMENT),
        do=calls(note_supplement),
        is_main=True,
    ),
    Operation(
        slug="tach",
        label=_("Tách vụ việc"),
        icon="plus",
        form=SplitForm,
        may=lambda user, case: case.state in OPEN and may_work(user, case),
        do=lambda case, form, user, at: split_case(
            case=case,
            kind=Kind(form.cleaned_data["kind"]),
            content=form.cleaned_data["content"],
            remaining=form.cleaned_data.get("remaining", ""),
            actor=user,
            at=at,
        ),
        note=_(
            "Đơn có nhiều nội dung được tách thành các vụ việc riêng, mỗi vụ việc có thời hạn của mình."
            " Tách tố cáo thì nguyên văn đơn, các tệp và ghi chú nội bộ chuyển sang phần niêm phong; người gửi nhận mã"
            " của phần ấy tận tay từ thanh tra."
        ),
        shows_letter=True,
        is_aside=True,
    ),
)
