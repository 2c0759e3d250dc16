"""From acceptance to the answer, and whose work it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import choice, given_reason, paragraph
from accounts.staff.operations import Operation
from complaints.clock.rules import DecidedBy, Grade
from complaints.clock.states import OPEN, SETTLEMENTS, UNDECIDED, Kind, Outcome, Status
from complaints.explanation.log import LogText
from complaints.models import OUTCOME_LABELS, Case, Ground
from complaints.models.labels import GRADE_LABELS
from complaints.operations.base import CaseForm, calls, decides_in, one_ground, works_in
from complaints.operations.settlement.actions import (
    case_rules,
    close_case,
    extend_case,
    grade_case,
    reopen_case,
    reopens_until,
    resume_case,
    settle_case,
    start_settling,
    suspend_case,
    withdraw_case,
)
from complaints.operations.settlement.assignment import assign_case, pass_on, send_back, take_over
from complaints.operations.settlement.officers import officers_of
from complaints.operations.settlement.replies import reply_to
from complaints.permissions import may_decide, may_receive, may_work
from units.clock.days import local_day
from units.models import Unit

_WORDS = _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")
_BY_LAW = frozenset({Kind.GRIEVANCE, Kind.DENUNCIATION, Kind.DENUNCIATION_INFO})
_RIGHT_OR_WRONG = (Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.REJECTED)


class GroundsForm(CaseForm):
    """Reasons for more time: grounds of the law, and words."""

    grounds = forms.ModelMultipleChoiceField(
        label=_("Căn cứ"), queryset=Ground.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = given_reason()

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        grounds = Ground.objects.filter(kind=case.kind, use=Ground.Use.COMPLEX)
        self.fields["grounds"].queryset = grounds  # type: ignore[attr-defined]


class GradeForm(GroundsForm):
    grade = choice(_("Mức độ"), [], missing=_("Hãy chọn mức độ."))
    field_order = ["grade", "grounds", "reason"]

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        rules = case_rules(case)
        grades = [grade for grade in Grade if grade in rules.settle]
        self.fields["grade"].choices = [(one.value, GRADE_LABELS[one]) for one in grades]  # type: ignore[attr-defined]
        self.initial["grade"] = case.grade


class SuspendForm(CaseForm):
    ground = one_ground()
    reason = given_reason()

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        grounds = Ground.objects.filter(kind=case.kind, use=Ground.Use.SUSPEND)
        self.fields["ground"].queryset = grounds  # type: ignore[attr-defined]


class SettleForm(CaseForm):
    outcome = choice(_("Kết quả"), [], missing=_("Hãy chọn kết quả giải quyết."), radio=True)
    decision = paragraph(_("Nội dung quyết định, kết luận"), missing=_WORDS, most=20000, rows=6)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        self.fields["outcome"].choices = outcomes_of(case)  # type: ignore[attr-defined]


class WithdrawForm(CaseForm):
    goes_on = forms.BooleanField(label=_("Vẫn giải quyết tiếp"), required=False)
    reason = paragraph(_("Ghi chú"), rows=2)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        if not case.is_sealed or case.state in UNDECIDED:
            del self.fields["goes_on"]


class ReopenForm(CaseForm):
    """Begins with what the reporter wrote since the answer."""

    why = paragraph(_("Người gửi nói điều gì chưa được giải quyết"), missing=_WORDS, most=20000)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        texts = [LogText(one.sort, one.event, one.text) for one in case.texts.all()] if data is None else ()
        self.initial = {"why": "\n\n".join(reply_to(case, texts, at).words)}


class PassForm(CaseForm):
    to = forms.ModelChoiceField(
        label=_("Đơn vị nhận"), queryset=Unit.objects.none(), error_messages={"required": _("Hãy chọn đơn vị nhận.")}
    )
    reason = paragraph(_("Lý do"), rows=2)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        tenant = Unit.objects.filter(is_tenant=True).first()
        units = Unit.objects.in_force(local_day(at)).exclude(kind__code="desk").exclude(pk=case.unit_id)
        if tenant is not None:
            units = units.filter(path__startswith=tenant.path)
        self.fields["to"].queryset = units.order_by("order", "name")  # type: ignore[attr-defined]


class SendBackForm(CaseForm):
    reason = given_reason()


class AssignForm(CaseForm):
    to = forms.ModelChoiceField(label=_("Người xử lý"), queryset=User.objects.none(), required=False)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        self.fields["to"].queryset = officers_of(case, at)  # type: ignore[attr-defined]
        self.initial["to"] = case.assignee_id


def outcomes_of(case: Case) -> list[tuple[str, Any]]:
    chosen = _RIGHT_OR_WRONG if case.kind in _BY_LAW else tuple(SETTLEMENTS - set(_RIGHT_OR_WRONG))
    return [(one.value, OUTCOME_LABELS[one]) for one in sorted(chosen, key=list(Outcome).index)]


def _extends(user: User, case: Case) -> bool:
    left = case.extensions < len(case_rules(case).extensions)
    return left and case.state in {Status.ACCEPTED, Status.SETTLING} and may_decide(user, case)


def _grades(user: User, case: Case) -> bool:
    several = len(case_rules(case).settle) > 1
    return several and case.state in {Status.ACCEPTED, Status.SETTLING} and may_decide(user, case)


def _suspends(user: User, case: Case) -> bool:
    if case.state is not Status.SETTLING or not may_decide(user, case):
        return False
    known: bool | None = getattr(case, "may_rest", None)
    return Ground.objects.filter(kind=case.kind, use=Ground.Use.SUSPEND).exists() if known is None else known


def _reopens(user: User, case: Case) -> bool:
    """Within the time the rules give; the verb looks at the clock."""
    ended = case.state in {Status.ANSWERED, Status.CLOSED} and may_work(user, case)
    return ended and reopens_until(case, case_rules(case)) is not None


def _settles(user: User, case: Case) -> bool:
    by_decision = case_rules(case).decided_by is DecidedBy.SETTLED
    return by_decision and case.state is Status.SETTLING and may_decide(user, case)


OPERATIONS: tuple[Operation[Case], ...] = (
    Operation(
        slug="nhan",
        label=_("Nhận vụ việc"),
        icon="tick",
        form=CaseForm,
        may=lambda user, case: may_receive(user, case),
        do=calls(take_over),
        is_main=True,
    ),
    Operation(
        slug="khong-nhan",
        label=_("Không nhận, trả lại"),
        icon="x",
        form=SendBackForm,
        may=lambda user, case: may_receive(user, case),
        do=calls(send_back),
    ),
    Operation(
        slug="bat-dau",
        label=_("Bắt đầu giải quyết"),
        icon="arrow-right",
        form=CaseForm,
        may=works_in(Status.ACCEPTED),
        do=calls(start_settling),
        is_main=True,
    ),
    Operation(
        slug="giai-quyet",
        label=_("Ra quyết định, kết luận"),
        icon="tick-circle",
        form=SettleForm,
        may=_settles,
        do=lambda case, form, user, at: settle_case(
            case=case,
            outcome=Outcome(form.cleaned_data["outcome"]),
            decision=form.cleaned_data["decision"],
            actor=user,
            at=at,
        ),
        is_main=True,
        shows_letter=True,
    ),
    Operation(
        slug="muc-do",
        label=_("Xác định mức độ"),
        icon="clock",
        form=GradeForm,
        may=_grades,
        do=lambda case, form, user, at: grade_case(
            case=case,
            grade=Grade(form.cleaned_data["grade"]),
            grounds=list(form.cleaned_data["grounds"]),
            reason=form.cleaned_data["reason"],
            actor=user,
            at=at,
        ),
    ),
    Operation(
        slug="gia-han",
        label=_("Gia hạn giải quyết"),
        icon="clock",
        form=GroundsForm,
        may=_extends,
        do=calls(extend_case),
    ),
    Operation(
        slug="tam-dinh-chi",
        label=_("Tạm đình chỉ"),
        icon="pause",
        form=SuspendForm,
        may=_suspends,
        do=calls(suspend_case),
    ),
    Operation(
        slug="giai-quyet-tiep",
        label=_("Giải quyết tiếp"),
        icon="arrow-right",
        form=CaseForm,
        may=decides_in(Status.SUSPENDED),
        do=calls(resume_case),
        is_main=True,
    ),
    Operation(
        slug="giao-nguoi",
        label=_("Giao người xử lý"),
        icon="user",
        form=AssignForm,
        may=lambda user, case: case.state in OPEN and case.passed_to_id is None and may_decide(user, case),
        do=calls(assign_case),
    ),
    Operation(
        slug="chuyen-don-vi",
        label=_("Chuyển đơn vị khác"),
        icon="arrow-right",
        form=PassForm,
        may=lambda user, case: (
            not case.is_sealed
            and case.state in UNDECIDED | {Status.ACCEPTED, Status.SETTLING}
            and case.passed_to_id is None
            and may_work(user, case)
        ),
        do=calls(pass_on),
    ),
    Operation(
        slug="rut",
        label=_("Người gửi rút"),
        icon="x",
        form=WithdrawForm,
        may=works_in(
            *(Status.NEW, Status.SORTED, Status.AWAITING_SUPPLEMENT),
            *(Status.ACCEPTED, Status.SETTLING, Status.SUSPENDED),
        ),
        do=lambda case, form, user, at: withdraw_case(
            case=case,
            goes_on=form.cleaned_data.get("goes_on", False),
            reason=form.cleaned_data["reason"],
            actor=user,
            at=at,
        ),
        is_aside=True,
    ),
    Operation(
        slug="xem-lai",
        label=_("Xem lại theo đề nghị"),
        icon="swap",
        form=ReopenForm,
        may=_reopens,
        do=calls(reopen_case),
        note=_("Khi người gửi đề nghị bằng điện thoại, thư hoặc tại quầy. Được tính là xem lại, như họ tự bấm."),
    ),
    Operation(
        slug="dong",
        label=_("Đóng vụ việc"),
        icon="tick",
        form=CaseForm,
        may=works_in(Status.ANSWERED),
        do=calls(close_case),
    ),
)
