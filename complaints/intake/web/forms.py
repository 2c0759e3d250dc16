"""The public form of a case; its fields follow from the kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.citizens.identity import plain
from accounts.staff.fields import PHONE, DayField, line
from complaints.clock.clocks import limitation_ends
from complaints.clock.states import SEALED_KINDS, Kind
from complaints.models import Category
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.registration.actions import NewCase, rules_in_force
from complaints.registration.choices import reception
from complaints.registration.fields import MOST_PEOPLE, clean_text, required_of
from complaints.texts.sanitising import sanitised_line
from dossiers.models import Dossier
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.codes import normalise
from units.models import CodeTemplate, Unit
from units.texts.wording import short_date

EARLIEST: Final = 1900
LANGUAGES: Final = [("vi", "Tiếng Việt"), ("en", "English")]
_IN_ORDER: Final = (
    *("content", "place", "unit", "dossier", "acted_on"),
    *("name", "phone", "email", "address", "people", "language"),
)
_SENT_HERE: Final = UUID("6a3c0ad5-1f62-4d6e-9f0e-6b3c1f4b8f57")
_PEOPLE = gettext_lazy("Số người là số từ 1 đến 10.000.")


class NewCaseForm(forms.Form):
    """Everything but the files. Removes fields that the kind does not use or that would identify a secret reporter."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    content = forms.CharField(
        label=gettext_lazy("Chuyện gì đã xảy ra?"),
        help_text=gettext_lazy("Việc gì, ở đâu, từ bao giờ, ông/bà muốn được giải quyết thế nào."),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")},
    )
    place = line(gettext_lazy("Nơi xảy ra"), 300, hint=gettext_lazy("Số nhà, ngõ, đường, phường hoặc mốc dễ thấy."))
    latitude = forms.DecimalField(
        required=False, max_digits=8, decimal_places=5, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, max_digits=8, decimal_places=5, min_value=-180, max_value=180, widget=forms.HiddenInput
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Gửi đến đơn vị"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Đơn vị này không còn nhận phản ánh, hãy chọn lại.")},
    )
    dossier = line(
        gettext_lazy("Mã hồ sơ liên quan"),
        60,
        hint=gettext_lazy("Nếu việc này về một hồ sơ đã nộp: mã in trên giấy hẹn."),
    )
    acted_on = DayField(
        label=gettext_lazy("Ngày nhận được quyết định hoặc biết về hành vi"),
        required=False,
        help_text=gettext_lazy("Thời hiệu khiếu nại là 90 ngày từ ngày này (Luật Khiếu nại 2011, Điều 9)."),
    )
    name = line(gettext_lazy("Họ và tên"), 200)
    phone = line(gettext_lazy("Số điện thoại"), 20, mode="tel")
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    address = line(gettext_lazy("Địa chỉ"), 300)
    people = forms.IntegerField(
        label=gettext_lazy("Số người cùng gửi"),
        help_text=gettext_lazy("Nhiều người thì cử một người đại diện đứng tên ở trên."),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _PEOPLE),
    )
    language = forms.ChoiceField(label=gettext_lazy("Trả lời bằng"), choices=LANGUAGES)
    consents = forms.BooleanField(
        label=gettext_lazy("Đồng ý công khai nội dung và câu trả lời"),
        help_text=gettext_lazy("Không bao giờ kèm tên, số điện thoại hay địa chỉ của ông/bà."),
        required=False,
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    """Hidden from people; programs that fill in every field are caught."""

    def __init__(
        self, data: Any = None, *, category: Category, offices: Sequence[Unit], at: datetime, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.category, self.at, self.kind = category, at, Kind(category.kind)
        self.offices = {unit.slug: unit for unit in offices}
        for name in _unused(self.kind):
            del self.fields[name]
        if isinstance(unit := self.fields["unit"], forms.ChoiceField):
            unit.choices = [("", _("Để nơi tiếp công dân chuyển giúp")), *((one.slug, one.name) for one in offices)]
        for name, missing in required_of(self.kind).items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = missing

    @property
    def is_secret(self) -> bool:
        return self.kind in SEALED_KINDS

    def clean_content(self) -> str:
        return clean_text(self, "content")

    def clean_place(self) -> str:
        return sanitised_line(self.cleaned_data["place"])

    def clean_name(self) -> str:
        return sanitised_line(self.cleaned_data["name"])

    def clean_address(self) -> str:
        return sanitised_line(self.cleaned_data["address"])

    def clean_phone(self) -> str:
        phone = plain(self.cleaned_data["phone"])
        if phone:
            PHONE(phone)
        return phone[:20]

    def clean_acted_on(self) -> date | None:
        acted_on: date | None = self.cleaned_data["acted_on"]
        if acted_on and acted_on > local_day(self.at):
            raise forms.ValidationError(_("Ngày này không thể sau hôm nay."))
        if acted_on and acted_on.year < EARLIEST:
            raise forms.ValidationError(_("Ngày này phải từ năm 1900."))
        return acted_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            self.add_error(None, _("Một ô ẩn chỉ dành cho máy tự động đã bị điền. Xin để trống rồi gửi lại."))
        for name in ("latitude", "longitude"):
            if name in self.errors:
                del self.errors[name]  # only a help, and nobody typed it
                cleaned[name] = None
        if cleaned.get("latitude") is None or cleaned.get("longitude") is None:
            cleaned["latitude"] = cleaned["longitude"] = None
        return cleaned

    def new_case(self) -> NewCase:
        """The case to register. The same text sent again with the same form is the same case; another text another
        case.

        Raises RuleBroken where there is no office to receive it.
        """
        cleaned = self.cleaned_data
        return NewCase(
            request_key=uuid5(_SENT_HERE, f"{cleaned['request_key']} {self.category.code} {cleaned['content']}"),
            kind=self.kind,
            channel=Channel.WEB,
            unit=self._unit(),
            content=cleaned["content"],
            person=Person(
                name=cleaned["name"],
                phone=cleaned["phone"],
                email=cleaned["email"],
                address=cleaned["address"],
                language=cleaned["language"],
            ),
            category=self.category,
            place=cleaned.get("place", ""),
            latitude=cleaned["latitude"],
            longitude=cleaned["longitude"],
            acted_on=cleaned.get("acted_on"),
            people=cleaned["people"],
            consents=cleaned.get("consents", False),
            dossiers=(dossiers := self._dossiers()),
            dossier_typed="" if dossiers else sanitised_line(cleaned.get("dossier", "")),
        )

    def summary(self) -> Iterator[tuple[str, Any]]:
        """Label and value of everything that will be sent, for the review page."""
        cleaned = self.cleaned_data
        shown: dict[str, Any] = {name: cleaned.get(name) for name in _IN_ORDER}
        shown["unit"] = self._unit().name
        shown["acted_on"] = cleaned.get("acted_on") and short_date(cleaned["acted_on"], get_language() or "vi")
        shown["people"] = cleaned["people"] if cleaned["people"] > 1 else None
        shown["language"] = dict(LANGUAGES)[cleaned["language"]]
        yield from ((str(self.fields[name].label), value) for name, value in shown.items() if value)
        if cleaned["latitude"] is not None:
            yield _("Vị trí từ máy của ông/bà"), f"{cleaned['latitude']}, {cleaned['longitude']}"
        if "consents" in cleaned:
            yield _("Công khai"), _("Đồng ý, không kèm tên") if cleaned["consents"] else _("Không")

    def past_limitation(self) -> int:
        """The limitation in days where it has expired, else 0. An expired limitation does not prevent sending."""
        acted_on = self.cleaned_data.get("acted_on")
        if acted_on is None:
            return 0
        rules = rules_in_force(self.kind, local_day(self.at))
        last = limitation_ends(acted_on, rules, working_calendar(self._unit()))
        return rules.limitation.amount if rules.limitation and last and local_day(self.at) > last else 0

    def _unit(self) -> Unit:
        return self.offices.get(self.cleaned_data["unit"]) or reception(list(self.offices.values()))

    def _dossiers(self) -> list[Dossier]:
        """The dossier of the typed code; the page must not reveal whether it exists."""
        typed = self.cleaned_data.get("dossier", "")
        code = normalise(typed, CodeTemplate.objects.authorities()) if typed else None
        return list(Dossier.objects.filter(code=code)) if code else []


def _unused(kind: Kind) -> list[str]:
    if kind in SEALED_KINDS:
        return ["place", "latitude", "longitude", "dossier", "acted_on", "consents"]
    if kind is Kind.GRIEVANCE:
        return ["place", "latitude", "longitude", "consents"]
    return ["acted_on"]
