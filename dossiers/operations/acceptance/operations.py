"""What a clerk does with a dossier that was handed in and is not accepted yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.staff.fields import DayField, given_reason, line
from accounts.staff.operations import Operation
from dossiers.clock.states import Status
from dossiers.models import Dossier
from dossiers.operations.acceptance.actions import Fee, accept_completed, refuse
from dossiers.operations.base import calls
from dossiers.particulars.fee_fields import WHEN_WAIVED, check_fee, read_money
from dossiers.particulars.offerings import papers_in_force
from dossiers.particulars.paper_fields import papers_field, papers_taken
from dossiers.particulars.submission import DueSet
from dossiers.permissions import may_return
from procedures.models import ProcedureVersion
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.rules import RuleBroken

WAITS = frozenset({Status.SUBMITTED, Status.AWAITING_SUPPLEMENT})


class AcceptForm(forms.Form):
    """The papers and the fee as they are now; a day where the law states the term in words."""

    fee_vnd = line(gettext_lazy("Phí, lệ phí (đồng)"), 15, mode="numeric")
    fee_status = forms.ChoiceField(label=gettext_lazy("Thu phí"), choices=Dossier.FeeStatus.choices)
    waiver_ground = line(gettext_lazy("Căn cứ miễn"), 300, hint=WHEN_WAIVED)
    due_on = DayField(label=gettext_lazy("Ngày trả kết quả"))
    due_reason = line(gettext_lazy("Lý do chọn ngày này"), 300, missing=gettext_lazy("Hãy nêu lý do."))

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        present = {"fee_vnd": dossier.fee_vnd or "", "fee_status": dossier.fee_status}
        present["waiver_ground"] = dossier.waiver_ground
        super().__init__(data, initial=present)
        self.dossier = dossier
        self.asked = papers_in_force(str(dossier.offering_id), at)
        self.fields["papers"] = papers_field(self.asked, dossier)
        self.order_fields(["papers"])
        version = ProcedureVersion.objects.in_force(local_day(at)).filter(procedure=dossier.procedure_id).first()
        if version is None or dossier.offering.promised_term(version):
            del self.fields["due_on"], self.fields["due_reason"]

    def clean_fee_vnd(self) -> int:
        fee = read_money(self.cleaned_data["fee_vnd"])
        if fee is None:
            raise forms.ValidationError(_("Ghi số tiền bằng chữ số, như 100.000."))
        return fee

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_fee(self, cleaned)
        return cleaned

    @property
    def due_set(self) -> DueSet | None:
        """The day at closing time. Raises RuleBroken for a day off."""
        day = self.cleaned_data.get("due_on")
        if day is None:
            return None
        calendar = working_calendar(self.dossier.receiving_desk)
        if not calendar.is_working(day):
            raise RuleBroken(_("Ngày này cơ quan nghỉ, hãy chọn ngày làm việc."), field="due_on")
        return DueSet(calendar.closing(day), self.cleaned_data["due_reason"])


class RefuseForm(forms.Form):
    """Why not, by which rule, and what the applicant gets back."""

    reason = given_reason(gettext_lazy("Lý do từ chối"))
    ground = line(
        gettext_lazy("Căn cứ pháp lý"),
        500,
        missing=gettext_lazy("Hãy ghi căn cứ pháp lý: điều, khoản và tên văn bản."),
        hint=gettext_lazy("Điều, khoản và tên văn bản."),
    )
    papers_back = line(gettext_lazy("Giấy tờ trả lại"), 500)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)


def may_judge(user: User, dossier: Dossier) -> bool:
    """Clerks of the desk, until it is accepted."""
    return dossier.state in WAITS and dossier.received_at is None and may_return(user, dossier)


def do_accept(dossier: Dossier, form: AcceptForm, user: User, at: datetime) -> None:
    typed = form.cleaned_data
    accept_completed(
        dossier=dossier,
        papers=papers_taken(typed["papers"], form.asked, dossier),
        fee=Fee(typed["fee_vnd"], typed["fee_status"], typed["waiver_ground"]),
        due_set=form.due_set,
        actor=user,
        at=at,
    )


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="tiep-nhan",
        label=gettext_lazy("Tiếp nhận hồ sơ"),
        icon="tick",
        form=AcceptForm,
        may=may_judge,
        do=do_accept,
        note=gettext_lazy("Thời hạn bắt đầu tính từ lúc này."),
        is_main=True,
    ),
    Operation(
        slug="tu-choi",
        label=gettext_lazy("Từ chối tiếp nhận"),
        icon="x",
        form=RefuseForm,
        may=may_judge,
        do=calls(refuse),
        note=gettext_lazy("Người nộp nhận phiếu từ chối có lý do và căn cứ pháp lý."),
    ),
)
