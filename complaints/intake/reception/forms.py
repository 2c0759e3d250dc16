"""Forms of citizen reception: an entry of the register, a reception day, a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.phones import tidy_phone
from accounts.staff.fields import PHONE, DayField, choice, line
from complaints.intake.reception.actions import NewEntry
from complaints.models import EntryKind, ReceptionDay
from complaints.registration.fields import MOST_PEOPLE, clean_text
from complaints.sealed.confirm_not_denunciation import ask_to_confirm, confirmation_field
from complaints.texts.sanitising import sanitised_line
from units.clock.working_calendar import local
from units.models import Unit
from units.texts.wording import clock_time

DENUNCIATION: Final = "denunciation"
ENTRY_KINDS: Final = [*EntryKind.choices, (DENUNCIATION, gettext_lazy("Tố cáo"))]
_PEOPLE: Final = gettext_lazy("Số người là số từ 1 đến 10.000.")
_WORDS: Final = gettext_lazy("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")
_TIME: Final = gettext_lazy("Ghi giờ như 08:30.")
_MINUTES: Final = gettext_lazy("Mỗi lượt từ 10 đến 120 phút.")


class EntryForm(forms.Form):
    """The columns of form 03/TCD that a person fills in. A denunciation becomes a sealed case and no entry."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    name = line(gettext_lazy("Họ và tên"), 200, missing=gettext_lazy("Hãy ghi họ và tên người đến."))
    identity = line(gettext_lazy("Giấy tờ tùy thân"), 100, hint=gettext_lazy("Loại, số, ngày và nơi cấp."))
    address = line(gettext_lazy("Địa chỉ"), 300)
    phone = line(gettext_lazy("Số điện thoại"), 20, mode="tel")
    kind = choice(gettext_lazy("Phân loại"), ENTRY_KINDS, missing=gettext_lazy("Hãy chọn loại."), radio=True)
    people = forms.IntegerField(
        label=gettext_lazy("Số người"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _PEOPLE),
    )
    content = forms.CharField(
        label=gettext_lazy("Nội dung vụ việc"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"required": _WORDS},
    )
    is_plain = confirmation_field()
    settled_by = line(gettext_lazy("Cơ quan đã giải quyết"), 200)
    is_ours = forms.BooleanField(label=gettext_lazy("Thuộc thẩm quyền"), required=False, initial=True)
    guided_to = line(gettext_lazy("Hướng dẫn đến"), 200)
    taken_by = line(gettext_lazy("Cơ quan thụ lý"), 200)
    makes_case = forms.BooleanField(label=gettext_lazy("Lập vụ việc để giải quyết"), required=False, initial=True)
    result = line(gettext_lazy("Theo dõi kết quả"), 500)
    note = line(gettext_lazy("Ghi chú"), 500)
    unit = choice(gettext_lazy("Nơi tiếp"), [])

    def __init__(self, data: Any = None, *, units: Sequence[Unit], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.units = {str(one.pk): one for one in units}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, one.name) for key, one in self.units.items()]
        if len(self.units) == 1:
            del self.fields["unit"]

    @property
    def is_secret(self) -> bool:
        return bool(self["kind"].value() == DENUNCIATION)

    def clean_content(self) -> str:
        return clean_text(self, "content")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "kind" in cleaned and not self.is_secret:
            ask_to_confirm(self, cleaned.get("content", ""), cleaned.get("note", ""))
        return cleaned

    @property
    def chosen_unit(self) -> Unit:
        return self.units[self.cleaned_data.get("unit") or next(iter(self.units))]

    def entry(self) -> NewEntry:
        cleaned = self.cleaned_data
        lines = ("name", "address", "identity", "settled_by", "guided_to", "taken_by", "result", "note")
        return NewEntry(
            kind=EntryKind(cleaned["kind"]),
            content=cleaned["content"],
            people=cleaned["people"],
            is_ours=cleaned["is_ours"],
            **{name: sanitised_line(cleaned[name]) for name in lines},
        )


class ResultForm(forms.Form):
    result = line(gettext_lazy("Theo dõi kết quả"), 500, missing=gettext_lazy("Hãy ghi kết quả."))

    def clean_result(self) -> str:
        return sanitised_line(self.cleaned_data["result"])


class DayForm(forms.Form):
    """`unit` among those this person works for."""

    unit = choice(gettext_lazy("Đơn vị"), [])
    host = line(
        gettext_lazy("Người tiếp, theo chức vụ"), 150, missing=gettext_lazy("Hãy ghi chức vụ người tiếp công dân.")
    )
    on = DayField(label=gettext_lazy("Ngày"))
    starts = forms.TimeField(
        label=gettext_lazy("Từ"),
        initial="08:00",
        widget=forms.TimeInput(attrs={"autocomplete": "off"}, format="%H:%M"),
        error_messages={"required": _TIME, "invalid": _TIME},
    )
    ends = forms.TimeField(
        label=gettext_lazy("Đến"),
        initial="11:30",
        widget=forms.TimeInput(attrs={"autocomplete": "off"}, format="%H:%M"),
        error_messages={"required": _TIME, "invalid": _TIME},
    )
    place = line(gettext_lazy("Nơi tiếp"), 200, missing=gettext_lazy("Hãy ghi nơi tiếp."))
    minutes = forms.IntegerField(
        label=gettext_lazy("Phút mỗi lượt"),
        min_value=10,
        max_value=120,
        initial=30,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _MINUTES),
    )

    def __init__(self, data: Any = None, *, units: Sequence[Unit]) -> None:
        super().__init__(data)
        self.units = {str(one.pk): one for one in units}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, one.name) for key, one in self.units.items()]
        field.required = len(self.units) > 1
        if len(self.units) == 1:
            del self.fields["unit"]

    @property
    def plan(self) -> dict[str, Any]:
        """What `plan_reception` takes."""
        cleaned = self.cleaned_data
        unit = self.units[cleaned.get("unit") or next(iter(self.units))]
        return {name: cleaned[name] for name in ("host", "on", "starts", "ends", "place", "minutes")} | {"unit": unit}


class ArrangeForm(forms.Form):
    """Who receives those who had booked with an office that has ended, and where."""

    host = line(
        gettext_lazy("Người tiếp, theo chức vụ"), 150, missing=gettext_lazy("Hãy ghi chức vụ người tiếp công dân.")
    )
    place = line(gettext_lazy("Nơi tiếp"), 200, missing=gettext_lazy("Hãy ghi nơi tiếp."))

    def clean_host(self) -> str:
        return sanitised_line(self.cleaned_data["host"])

    def clean_place(self) -> str:
        return sanitised_line(self.cleaned_data["place"])


class BookingForm(forms.Form):
    """Offers only free slots."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    slot = choice(gettext_lazy("Giờ"), [], missing=gettext_lazy("Hãy chọn giờ."), radio=True)
    name = line(gettext_lazy("Họ và tên"), 200, missing=gettext_lazy("Hãy ghi họ và tên."))
    phone = line(gettext_lazy("Số điện thoại"), 20, mode="tel", missing=gettext_lazy("Hãy ghi số điện thoại."))
    about = line(
        gettext_lazy("Việc cần trình bày"),
        300,
        hint=gettext_lazy("Vài chữ là đủ. Không ghi nội dung tố cáo ở đây."),
    )

    def __init__(
        self, data: Any = None, *, day: ReceptionDay, taken: set[datetime], at: datetime, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.free = {f"{slot:%H%M}": slot for slot in day.slots if slot > at and slot not in taken}
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, clock_time(local(slot))) for key, slot in self.free.items()]
        field.error_messages["invalid_choice"] = _("Giờ này vừa có người đặt, xin chọn giờ khác.")

    def clean_slot(self) -> datetime:
        return self.free[self.cleaned_data["slot"]]

    def clean_name(self) -> str:
        return sanitised_line(self.cleaned_data["name"])

    def clean_about(self) -> str:
        return sanitised_line(self.cleaned_data["about"])

    def clean_phone(self) -> str:
        phone = tidy_phone(self.cleaned_data["phone"])
        PHONE(phone)
        return phone[:20]
