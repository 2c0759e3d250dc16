"""Correcting what the counter took down wrongly."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.staff.fields import DayField, line, paragraph
from accounts.staff.operations import Operation
from dossiers.clock.states import ALLOWED_DURING, EventKind
from dossiers.models import Dossier
from dossiers.operations.correction.actions import (
    applicant_of,
    correct_particulars,
    correct_procedure,
    correct_proxy,
)
from dossiers.particulars.applicant_form import ApplicantForm
from dossiers.particulars.offerings import offerings_at
from dossiers.particulars.paper_fields import papers_field, papers_taken
from dossiers.particulars.proxies import proxy_of
from dossiers.particulars.proxy_fields import ProxyForm, fields_of
from dossiers.particulars.submission import DueSet
from dossiers.permissions import may_return
from procedures.models import Offering
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.rules import RuleBroken


def _reason() -> forms.CharField:
    return paragraph(
        gettext_lazy("Lý do đính chính"),
        most=500,
        missing=gettext_lazy("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."),
        hint=gettext_lazy("Không ghi họ tên hay số giấy tờ: lý do được giữ trong nhật ký."),
        rows=2,
    )


class ParticularsForm(ApplicantForm):
    """The applicant and the papers, as they should have been taken down."""

    reason = _reason()

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        present = applicant_of(dossier)
        super().__init__(data, initial=asdict(present), at=at)
        self.asked = dossier.version.documents.all()
        self.fields["papers"] = papers_field(self.asked, dossier)
        self.order_fields([name for name in self.fields if name != "reason"])


class ProxyCorrectionForm(ProxyForm):
    """Who handed it in, as it should have been taken down; nobody when all is left empty."""

    reason = _reason()

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data, initial=fields_of(proxy_of(dossier)))


class ProcedureForm(forms.Form):
    """Which procedure it should have been; a day where the law states its term in words."""

    offering = forms.ChoiceField(
        label=gettext_lazy("Thủ tục đúng"),
        error_messages={
            "required": gettext_lazy("Hãy chọn thủ tục."),
            "invalid_choice": gettext_lazy("Nơi này không tiếp nhận thủ tục đã chọn."),
        },
    )
    due_on = DayField(
        label=gettext_lazy("Ngày trả kết quả"),
        help_text=gettext_lazy("Chỉ khi thời hạn của thủ tục ghi bằng lời."),
        required=False,
    )
    due_reason = line(gettext_lazy("Lý do chọn ngày này"), 300)
    reason = _reason()

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        self.dossier, self.at = dossier, at
        day = dossier.received_at or at
        self.others = offerings_at(dossier.desk, day).exclude(pk=dossier.offering_id)
        named = self.others.filter(procedure__versions__valid__contains=local_day(day))
        rows = named.order_by("procedure__versions__name").values_list("pk", "procedure__versions__name")
        offering = self.fields["offering"]
        assert isinstance(offering, forms.ChoiceField)
        offering.choices = [("", "…"), *((str(pk), name) for pk, name in rows)]

    def clean_offering(self) -> Offering:
        return self.others.get(pk=self.cleaned_data["offering"])

    @property
    def due_set(self) -> DueSet | None:
        """The day at closing time. Raises RuleBroken for a day that is past or off."""
        day = self.cleaned_data["due_on"]
        if day is None:
            return None
        calendar = working_calendar(self.dossier.receiving_desk)
        if day < local_day(self.at) or not calendar.is_working(day):
            raise RuleBroken(_("Hãy chọn một ngày làm việc từ hôm nay trở đi."), field="due_on")
        return DueSet(calendar.closing(day), self.cleaned_data["due_reason"])


def may_correct(user: User, dossier: Dossier) -> bool:
    """Clerks of the desk, until it is finished."""
    return dossier.state in ALLOWED_DURING[EventKind.CORRECTED] and may_return(user, dossier)


def may_change_procedure(user: User, dossier: Dossier) -> bool:
    return dossier.holder_id in {dossier.desk_id, dossier.handler_id} and may_correct(user, dossier)


def do_correct(dossier: Dossier, form: ParticularsForm, user: User, at: datetime) -> None:
    papers = papers_taken(form.cleaned_data["papers"], form.asked, dossier)
    reason = form.cleaned_data["reason"]
    correct_particulars(dossier=dossier, applicant=form.applicant, papers=papers, reason=reason, actor=user, at=at)


def do_correct_proxy(dossier: Dossier, form: ProxyCorrectionForm, user: User, at: datetime) -> None:
    correct_proxy(dossier=dossier, proxy=form.proxy, reason=form.cleaned_data["reason"], actor=user, at=at)


def do_change_procedure(dossier: Dossier, form: ProcedureForm, user: User, at: datetime) -> None:
    correct_procedure(
        dossier=dossier,
        offering=form.cleaned_data["offering"],
        reason=form.cleaned_data["reason"],
        due_set=form.due_set,
        actor=user,
        at=at,
    )


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="dinh-chinh",
        label=gettext_lazy("Đính chính thông tin"),
        icon="user",
        form=ParticularsForm,
        may=may_correct,
        do=do_correct,
        note=gettext_lazy("Mã hồ sơ không đổi; giấy hẹn mới thay giấy hẹn cũ."),
    ),
    Operation(
        slug="nguoi-nop-thay",
        label=gettext_lazy("Đính chính người nộp thay"),
        icon="user",
        form=ProxyCorrectionForm,
        may=may_correct,
        do=do_correct_proxy,
        note=gettext_lazy("Để trống tất cả nếu chính chủ hồ sơ nộp."),
    ),
    Operation(
        slug="doi-thu-tuc",
        label=gettext_lazy("Đổi thủ tục ghi nhầm"),
        icon="swap",
        form=ProcedureForm,
        may=may_change_procedure,
        do=do_change_procedure,
        note=gettext_lazy("Ngày hẹn được tính lại từ lúc tiếp nhận ban đầu; mã hồ sơ không đổi."),
    ),
)
