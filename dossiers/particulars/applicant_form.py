"""The form with the applicant's particulars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.identity import agrees_with_birth, is_number_of, is_possible, plain, tidy
from accounts.staff.fields import PHONE, DayField, line
from dossiers.models import Dossier
from dossiers.particulars.submission import Applicant
from units.clock.days import local_day

EARLIEST_BIRTH = 1900  # the first year a citizen's number can say


Kind = Dossier.ApplicantKind


KINDS = [
    (Kind.PERSON, Kind.PERSON.label),
    (Kind.FOREIGNER, Kind.FOREIGNER.label),
    (Kind.ORGANISATION, gettext_lazy("Tổ chức")),
]


NUMBER_SHAPES = {
    Kind.PERSON: gettext_lazy("Số căn cước có 12 chữ số, số chứng minh nhân dân cũ có 9."),
    Kind.FOREIGNER: gettext_lazy("Số hộ chiếu có từ 5 đến 15 chữ cái và chữ số."),
    Kind.ORGANISATION: gettext_lazy("Mã số thuế có 10, 12 hoặc 13 chữ số."),
}


class ApplicantForm(forms.Form):
    """Panel 1: the applicant, checked as of one day."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Người nộp là"), choices=KINDS, initial=Kind.PERSON, widget=forms.RadioSelect
    )
    name = line(gettext_lazy("Họ và tên"), 200, missing=gettext_lazy("Hãy ghi họ và tên người nộp."))
    id_number = line(gettext_lazy("Số căn cước, hộ chiếu hoặc mã số thuế"), 20, required=False)
    nationality = line(gettext_lazy("Quốc tịch"), 60, required=False)
    born_on = DayField(label=gettext_lazy("Ngày sinh"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Nơi thường trú"),
        required=False,
        validators=[MaxLengthValidator(300)],
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    phone = line(gettext_lazy("Số điện thoại"), 20, mode="tel")
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = local_day(at)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_id_number(self) -> str:
        number, kind = tidy(self.cleaned_data["id_number"]), self.cleaned_data.get("kind", Kind.PERSON)
        if number and not is_number_of(kind, number):
            raise forms.ValidationError(NUMBER_SHAPES[Kind(kind)])
        if kind != Kind.FOREIGNER and not is_possible(number, self.today):
            raise forms.ValidationError(_("Không có số căn cước nào như vậy, xin xem lại."))
        return number

    def clean_born_on(self) -> date | None:
        born_on: date | None = self.cleaned_data["born_on"]
        if born_on and born_on > self.today:
            raise forms.ValidationError(_("Ngày sinh không thể sau hôm nay."))
        if born_on and born_on.year < EARLIEST_BIRTH:
            raise forms.ValidationError(_("Ngày sinh phải từ năm 1900."))
        return born_on

    def clean_phone(self) -> str:
        phone = plain(self.cleaned_data["phone"])
        if phone:
            PHONE(phone)
            MaxLengthValidator(20)(phone)  # "⑴" is one sign when typed and three when plain
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind != Kind.FOREIGNER:
            cleaned["nationality"] = ""
        if kind == Kind.ORGANISATION:
            cleaned["born_on"] = None
        number, born_on = cleaned.get("id_number"), cleaned.get("born_on")
        if kind == Kind.PERSON and number and born_on and not agrees_with_birth(number, born_on):
            self.add_error("born_on", _("Năm sinh không khớp với số căn cước."))
        return cleaned

    @property
    def applicant(self) -> Applicant:
        typed = self.cleaned_data
        return Applicant(
            name=typed["name"],
            kind=typed["kind"],
            id_number=typed["id_number"],
            born_on=typed["born_on"],
            address=typed["address"],
            phone=typed["phone"],
            email=typed["email"],
            nationality=typed["nationality"].strip(),
        )
