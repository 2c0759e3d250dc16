"""The call sheet: what the operator fills in while somebody speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.phones import tidy_phone
from accounts.staff.fields import PHONE, choice, line
from complaints.clock.rules import Grade
from complaints.clock.states import SEALED_KINDS, Kind
from complaints.intake.categories import CategorySelect, chose_sealed_kind, offer_categories
from complaints.intake.hotline.actions import CallBackTerm, IncomingCall
from complaints.models import GRADE_LABELS, Category
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.registration.actions import NewCase
from complaints.registration.fields import clean_text, required_of
from complaints.sealed.confirm_not_denunciation import ask_to_confirm, confirmation_field
from complaints.texts.sanitising import sanitised_line
from units.clock.working_calendar import OFFICE_TIME, local
from units.models import Unit

PROMISES: Final = [
    ("", gettext_lazy("Không hẹn")),
    (CallBackTerm.TWO_HOURS.value, gettext_lazy("Trong 2 giờ làm việc")),
    (CallBackTerm.FOUR_HOURS.value, gettext_lazy("Trong 4 giờ làm việc")),
    (CallBackTerm.NEXT_DAY.value, gettext_lazy("Trong ngày làm việc tiếp theo")),
]
_SHORT: Final = gettext_lazy("Ghi lại đúng lời người gọi, ít nhất 10 chữ cái.")
_SENT_BY_PHONE: Final = UUID("0f4a6c5b-3f52-4b0c-8a69-0c7b3d7f2a11")


class CallForm(forms.Form):
    """`units`: where this person takes calls; `others`: where a case may be sent at once."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    phone = line(gettext_lazy("Số điện thoại gọi đến"), 20, mode="tel")
    name = line(gettext_lazy("Người gọi"), 200)
    address = line(gettext_lazy("Địa chỉ"), 300)
    began = line(gettext_lazy("Giờ gọi"), 5, missing=gettext_lazy("Hãy ghi giờ gọi, như 14:05."), mode="numeric")
    category = forms.ChoiceField(
        label=gettext_lazy("Về việc gì"),
        help_text=gettext_lazy("Gõ số của dòng cần chọn."),
        widget=CategorySelect(attrs={"accesskey": "t"}),
        error_messages={
            "required": gettext_lazy("Hãy chọn việc gì."),
            "invalid_choice": gettext_lazy("Hãy chọn việc gì."),
        },
    )
    guided = forms.BooleanField(label=gettext_lazy("Đã đọc lời trên cho người gọi"), required=False)
    grade = choice(gettext_lazy("Mức độ"), [(grade.value, label) for grade, label in GRADE_LABELS.items()])
    place = line(gettext_lazy("Nơi xảy ra"), 300)
    content = forms.CharField(
        label=gettext_lazy("Nội dung, ghi đúng lời"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": _SHORT},
    )
    is_plain = confirmation_field()
    unit = choice(gettext_lazy("Nơi nghe máy"), [])
    to = choice(gettext_lazy("Chuyển ngay đến"), [])
    promise = choice(gettext_lazy("Hẹn gọi lại"), PROMISES)

    def __init__(
        self,
        data: Any = None,
        *,
        units: Sequence[Unit],
        others: Sequence[Unit],
        categories: Sequence[Category],
        at: datetime,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial={"began": f"{local(at):%H:%M}", "grade": Grade.NORMAL.value} | (initial or {}))
        self.at = at
        self.units, self.others = ({str(one.pk): one for one in each} for each in (units, others))
        self.categories = {one.code: one for one in categories}
        offer_categories(self, categories)
        self._offer("unit", [(key, one.name) for key, one in self.units.items()])
        self._offer("to", [("", _("Không chuyển")), *((key, one.name) for key, one in self.others.items())])
        if len(self.units) == 1:
            del self.fields["unit"]

    @property
    def is_secret(self) -> bool:
        """Whether a sealed kind was chosen."""
        return chose_sealed_kind(self, self.categories)

    def clean_phone(self) -> str:
        phone = tidy_phone(self.cleaned_data["phone"])
        if phone:
            PHONE(phone)
        return phone[:20]

    def clean_name(self) -> str:
        return sanitised_line(self.cleaned_data["name"])

    def clean_content(self) -> str:
        return clean_text(self, "content", message=_SHORT)

    def clean_began(self) -> datetime:
        """Today at that time; just after midnight, the evening before."""
        hour, _colon, minute = self.cleaned_data["began"].replace("h", ":").replace(".", ":").partition(":")
        try:
            began = local(self.at).replace(hour=int(hour), minute=int(minute or 0), second=0, microsecond=0)
        except ValueError as wrong:
            raise forms.ValidationError(_("Hãy ghi giờ gọi, như 14:05.")) from wrong
        if began > self.at:
            began -= timedelta(days=1)
        return began.astimezone(OFFICE_TIME)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        category = self.categories.get(cleaned.get("category", ""))
        if category is None:
            return cleaned
        for name, missing in required_of(Kind(category.kind)).items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, missing)
        if Kind(category.kind) in SEALED_KINDS and not cleaned.get("guided"):
            self.add_error("guided", _("Hãy đọc lời hướng dẫn cho người gọi rồi đánh dấu."))
        if Kind(category.kind) not in SEALED_KINDS:
            ask_to_confirm(self, cleaned.get("content", ""), cleaned.get("place", ""))
        return cleaned

    def _unit(self) -> Unit:
        chosen = self.cleaned_data.get("unit") or next(iter(self.units))
        return self.units[chosen]

    def incoming(self) -> IncomingCall:
        cleaned = self.cleaned_data
        promise = CallBackTerm(cleaned["promise"]) if cleaned.get("promise") else None
        return IncomingCall(cleaned["request_key"], self._unit(), cleaned["began"], promise)

    def new_case(self) -> NewCase:
        cleaned = self.cleaned_data
        category = self.categories[cleaned["category"]]
        return NewCase(
            request_key=uuid5(_SENT_BY_PHONE, str(cleaned["request_key"])),
            kind=Kind(category.kind),
            channel=Channel.HOTLINE,
            unit=self._unit(),
            content=cleaned["content"],
            person=Person(name=cleaned["name"], phone=cleaned["phone"], address=sanitised_line(cleaned["address"])),
            category=category,
            grade=Grade(cleaned["grade"] or Grade.NORMAL),
            place=sanitised_line(cleaned["place"]),
            received_at=cleaned["began"],
        )

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class CallBackLaterForm(CallForm):
    """Only what calling back needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("category", "content"):
            self.fields[name].required = False
        self.fields["phone"].required = self.fields["promise"].required = True
        self.fields["phone"].error_messages["required"] = _("Hãy ghi số điện thoại để gọi lại.")
        self.fields["promise"].error_messages["required"] = _("Hãy chọn hẹn gọi lại lúc nào.")

    def clean_content(self) -> str:
        """A typed content must not be lost: then the call can be registered at once."""
        if self.cleaned_data["content"].strip():
            raise forms.ValidationError(_("Đã có nội dung: hãy bấm “Ghi và mở phiếu mới”."))
        return ""

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


class CallBackForm(forms.Form):
    said = forms.CharField(
        label=gettext_lazy("Người gọi nói gì thêm"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
