"""The registration form. The rules are in the actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.staff.fields import DayField, line
from dossiers.intake.applicant_lookup import open_duplicate
from dossiers.intake.register_several import MOST_AT_ONCE
from dossiers.models import Dossier
from dossiers.particulars.applicant_form import ApplicantForm
from dossiers.particulars.fee_fields import FeeStatus, check_fee, read_money
from dossiers.particulars.offerings import offerings_at, papers_in_force
from dossiers.particulars.submission import DueSet, SubmissionTerms, TakenPaper
from procedures.models import Offering, RequiredDocument
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

MOST_SETS = 20
NO_GROUND = gettext_lazy("Hãy ghi căn cứ pháp lý: điều, khoản và tên văn bản.")
SETS = gettext_lazy("Số bộ là số từ 1 đến 20.")
HOW_MANY = gettext_lazy("Số hồ sơ là số từ 1 đến 20.")

REGISTER, REFUSE, INCOMPLETE, LATER = "register", "refuse", "incomplete", "later"
AT_ONCE = "at_once"
ACCEPTING = frozenset({REGISTER, AT_ONCE})


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    """Sets the queryset of a model field."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class IntakeForm(ApplicantForm):
    """All three panels, for one desk on one day.

    `doing` is the pressed button: register; at_once, which hands out the result too; refuse, which needs only a
    person, a procedure, a reason and its ground; incomplete or later, which receive the dossier without accepting it.
    """

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    offering = forms.ModelChoiceField(
        Offering.objects.none(),
        label=gettext_lazy("Thủ tục"),
        error_messages={
            "required": gettext_lazy("Hãy chọn thủ tục."),
            "invalid_choice": gettext_lazy("Nơi này không tiếp nhận thủ tục đã chọn."),
        },
    )
    papers = forms.ModelMultipleChoiceField(
        RequiredDocument.objects.none(), label=gettext_lazy("Giấy tờ nhận"), required=False
    )
    papers_for = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sets = forms.IntegerField(
        label=gettext_lazy("Số bộ"),
        min_value=1,
        max_value=MOST_SETS,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), SETS),
    )
    intake = forms.ChoiceField(label=gettext_lazy("Cách nộp"), choices=Dossier.Intake.choices[:2])
    delivery = forms.ChoiceField(label=gettext_lazy("Nhận kết quả"), choices=Dossier.Delivery.choices)
    fee_vnd = line(gettext_lazy("Phí, lệ phí (đồng)"), 15, mode="numeric")
    fee_status = forms.ChoiceField(label=gettext_lazy("Thu phí"), choices=FeeStatus.choices)
    waiver_ground = line(gettext_lazy("Căn cứ miễn"), 300)
    due_on = DayField(label=gettext_lazy("Ngày trả kết quả"), required=False)
    due_reason = line(gettext_lazy("Lý do chọn ngày này"), 300)
    note = line(gettext_lazy("Ghi chú nội bộ"), 500)
    how_many = forms.IntegerField(
        label=gettext_lazy("Số hồ sơ cùng loại"),
        help_text=gettext_lazy("Phí ghi cho một hồ sơ."),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), HOW_MANY),
    )
    counter_seconds = forms.CharField(widget=forms.HiddenInput, required=False)
    refusal = forms.CharField(
        label=gettext_lazy("Lý do từ chối"),
        required=False,
        max_length=1000,
        error_messages={"required": gettext_lazy("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái.")},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    ground = line(gettext_lazy("Căn cứ pháp lý"), 500, missing=NO_GROUND, required=False)
    duplicate_of = forms.CharField(label=gettext_lazy("Hồ sơ trùng"), required=False)

    def __init__(self, *args: Any, desk: Unit, at: datetime, doing: str = REGISTER, **kwargs: Any) -> None:
        super().__init__(*args, at=at, **kwargs)
        self.desk, self.doing = desk, doing
        self.skipped_papers = False
        _offer(self.fields["offering"], offerings_at(desk, at))
        _offer(self.fields["papers"], papers_in_force(self.data.get("offering", ""), at))
        if doing == REFUSE:
            for name in ("sets", "intake", "delivery", "fee_status"):
                self.fields[name].required = False
            self.fields["refusal"].required = self.fields["ground"].required = True

    def clean_fee_vnd(self) -> int:
        fee = read_money(self.cleaned_data["fee_vnd"])
        if fee is None:
            raise forms.ValidationError(_("Ghi số tiền bằng chữ số, như 100.000."))
        return fee

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.doing != REFUSE:
            self._check_papers(cleaned)
            self._check_delivery(cleaned)
            self._check_duplicate(cleaned)
        if self.doing in ACCEPTING:
            check_fee(self, cleaned)
        if self.doing != REGISTER and (cleaned.get("how_many") or 1) > 1:
            self.add_error("how_many", _("Chỉ khi tiếp nhận mới ghi nhiều hồ sơ một lần."))
        return cleaned

    def _check_papers(self, cleaned: dict[str, Any]) -> None:
        """Adds an error where the ticked papers belong to a procedure chosen before: nobody checked the new ones."""
        offering = cleaned.get("offering")
        self.skipped_papers = offering is not None and cleaned.get("papers_for") != offering.pk
        if self.skipped_papers:
            self.add_error("papers", _("Xin kiểm tra giấy tờ nhận rồi bấm lại."))

    def _check_delivery(self, cleaned: dict[str, Any]) -> None:
        delivery = cleaned.get("delivery")
        if delivery == Dossier.Delivery.POST and not cleaned.get("address"):
            self.add_error("address", _("Nhận qua bưu chính thì cần địa chỉ."))
        if delivery == Dossier.Delivery.ONLINE and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Nhận bản điện tử thì cần thư điện tử."))

    def _check_duplicate(self, cleaned: dict[str, Any]) -> None:
        """Adds an error for a second open dossier of the same person and procedure until the clerk confirms it."""
        kind, number, offering = (cleaned.get(name) for name in ("kind", "id_number", "offering"))
        if not kind or not number or offering is None:
            return
        key = cleaned.get("request_key")
        found = open_duplicate(kind, number, desk=self.desk, offering_id=offering.pk, but=key)
        if found and cleaned.get("duplicate_of") != str(found.pk):
            words = _("Người này đang có hồ sơ %(code)s về cùng thủ tục. Hỏi lại rồi đánh dấu nếu vẫn tiếp nhận.")
            self.add_error("duplicate_of", words % {"code": found.code})

    @property
    def terms(self) -> SubmissionTerms:
        """The submission terms; the fee of a dossier not accepted is due later."""
        typed = self.cleaned_data
        unpaid = FeeStatus.LATER if typed["fee_vnd"] else FeeStatus.NONE
        return SubmissionTerms(
            intake=typed["intake"],
            delivery=typed["delivery"],
            fee_vnd=typed["fee_vnd"],
            fee_status=typed["fee_status"] if self.doing in ACCEPTING else unpaid,
            sets=typed["sets"],
            note=typed["note"],
            waiver_ground=typed["waiver_ground"] if self.doing in ACCEPTING else "",
        )

    @property
    def papers_taken(self) -> list[TakenPaper]:
        ticked = sorted(self.cleaned_data["papers"], key=lambda paper: paper.position)
        return [TakenPaper(paper.name, paper.originals, paper.copies, paper.pk) for paper in ticked]

    def due_set(self, calendar: WorkingCalendar) -> DueSet | None:
        """The chosen day at closing time; None without a day. Adds an error for a day off."""
        day = self.cleaned_data["due_on"]
        if day is None:
            return None
        if not calendar.is_working(day):
            self.add_error("due_on", _("Ngày này cơ quan nghỉ, hãy chọn ngày làm việc."))
            return None
        return DueSet(calendar.closing(day), self.cleaned_data["due_reason"])

    @property
    def fee_shown(self) -> int | None:
        """The fee in the field now; None where it cannot be read."""
        return read_money(str(self["fee_vnd"].value() or ""))

    @property
    def fee_words(self) -> str:
        labels: dict[Any, Any] = dict(FeeStatus.choices)
        return str(labels.get(self["fee_status"].value(), "")).lower()

    @property
    def delivery_words(self) -> str:
        labels: dict[Any, Any] = dict(Dossier.Delivery.choices)
        return str(labels.get(self["delivery"].value(), Dossier.Delivery.DESK.label))

    @property
    def number_shown(self) -> int:
        """The number of dossiers in the field now; 1 where it cannot be read."""
        typed = str(self["how_many"].value() or "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else 1

    def renew_key(self) -> None:
        """Gives the form a new request key, so that submitting it again registers another dossier."""
        self.put({"request_key": str(uuid4())})

    def put(self, values: dict[str, Any]) -> None:
        """Replaces typed values."""
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = value
