"""Paper at the counter: letters by post, out of a box or brought along, and the opening of a box by two people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.phones import tidy_phone
from accounts.models import Membership, User
from accounts.staff.fields import DayField, choice, line
from complaints.clock.states import Kind
from complaints.intake.categories import CategorySelect, chose_sealed_kind, offer_categories
from complaints.models import BoxOpening, Category, SuggestionBox
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.permissions import WORKING_ROLES
from complaints.registration.actions import NewCase
from complaints.registration.fields import MOST_PEOPLE, clean_text
from complaints.sealed.confirm_not_denunciation import ask_to_confirm, confirmation_field
from complaints.texts.sanitising import sanitised_line
from files.uploads.fields import SeveralFilesField
from units.clock.days import local_day
from units.clock.working_calendar import OFFICE_TIME
from units.models import Unit

WAYS: Final = [(one.value, one.label) for one in (Channel.COUNTER, Channel.POST, Channel.BOX)]
BACK: Final = timedelta(days=60)
"""How far back the openings of boxes are offered."""

_SHORT: Final = gettext_lazy("Chép lại nội dung đơn, ít nhất 10 chữ cái.")
_PEOPLE: Final = gettext_lazy("Số người là số từ 1 đến 10.000.")
_LETTERS: Final = gettext_lazy("Số thư là số từ 0 đến 1.000.")
_SENT_ON_PAPER: Final = UUID("8f0b7e8a-4f5b-4a53-b1a4-1f3c2f0f6f02")


class PaperForm(forms.Form):
    """One letter. Only what a letter says is required: an anonymous one is registered without a name."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    channel = choice(gettext_lazy("Đơn đến bằng cách nào"), WAYS, missing=gettext_lazy("Hãy chọn."), radio=True)
    opening = forms.ModelChoiceField(
        label=gettext_lazy("Lần mở hòm thư"), queryset=BoxOpening.objects.none(), required=False
    )
    received_on = DayField(label=gettext_lazy("Ngày nhận"), required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("Về việc gì"),
        help_text=gettext_lazy("Gõ số của dòng cần chọn."),
        widget=CategorySelect(attrs={"accesskey": "t"}),
        error_messages={
            "required": gettext_lazy("Hãy chọn việc gì."),
            "invalid_choice": gettext_lazy("Hãy chọn việc gì."),
        },
    )
    name = line(gettext_lazy("Họ và tên"), 200)
    phone = line(gettext_lazy("Số điện thoại"), 20, mode="tel")
    address = line(gettext_lazy("Địa chỉ"), 300)
    people = forms.IntegerField(
        label=gettext_lazy("Số người ký"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _PEOPLE),
    )
    subject = line(gettext_lazy("Tiêu đề đơn"), 200)
    content = forms.CharField(
        label=gettext_lazy("Nội dung đơn"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7, "autocomplete": "off"}),
        error_messages={"required": _SHORT},
    )
    acted_on = DayField(
        label=gettext_lazy("Ngày nhận quyết định hoặc biết hành vi"),
        required=False,
        help_text=gettext_lazy("Chỉ với khiếu nại, để tính thời hiệu."),
    )
    is_plain = confirmation_field()
    unit = choice(gettext_lazy("Nơi nhận"), [])
    uploads = SeveralFilesField(label=gettext_lazy("Các tệp quét"))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        units: Sequence[Unit],
        categories: Sequence[Category],
        at: datetime,
        initial: Any = None,
    ) -> None:
        super().__init__(data, files, initial={"channel": Channel.COUNTER.value} | (initial or {}))
        self.at = at
        self.units = {str(one.pk): one for one in units}
        self.categories = {one.code: one for one in categories}
        offer_categories(self, categories)
        self._offer("unit", [(key, one.name) for key, one in self.units.items()])
        openings = BoxOpening.objects.filter(box__unit__in=units, opened_on__gte=local_day(at) - BACK)
        field = self.fields["opening"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = openings.select_related("box__unit")
        if len(self.units) == 1:
            del self.fields["unit"]

    @property
    def is_secret(self) -> bool:
        return chose_sealed_kind(self, self.categories)

    def clean_content(self) -> str:
        return clean_text(self, "content", message=_SHORT)

    def clean_received_on(self) -> date | None:
        received: date | None = self.cleaned_data["received_on"]
        if received and received > local_day(self.at):
            raise forms.ValidationError(_("Ngày nhận không thể ở tương lai."))
        return received

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        acted_on, received = cleaned.get("acted_on"), cleaned.get("received_on") or local_day(self.at)
        if acted_on and acted_on > received:
            self.add_error("acted_on", _("Ngày này không thể sau ngày nhận đơn."))
        if cleaned.get("channel") == Channel.BOX.value and not cleaned.get("opening") and "opening" not in self.errors:
            self.add_error("opening", _("Hãy chọn lần mở hòm thư; chưa có thì ghi lần mở trước."))
        if "category" in cleaned and not self.is_secret:
            ask_to_confirm(self, cleaned.get("subject", ""), cleaned.get("content", ""))
        return cleaned

    @property
    def from_box(self) -> BoxOpening | None:
        found: BoxOpening | None = self.cleaned_data.get("opening")
        return found if self.cleaned_data["channel"] == Channel.BOX.value else None

    def new_case(self) -> NewCase:
        cleaned = self.cleaned_data
        category = self.categories[cleaned["category"]]
        return NewCase(
            request_key=uuid5(_SENT_ON_PAPER, str(cleaned["request_key"])),
            kind=Kind(category.kind),
            channel=Channel(cleaned["channel"]),
            unit=self._unit(),
            content=cleaned["content"],
            subject=sanitised_line(cleaned["subject"]),
            person=Person(
                name=sanitised_line(cleaned["name"]),
                phone=tidy_phone(cleaned["phone"])[:20],
                address=sanitised_line(cleaned["address"]),
            ),
            category=category,
            people=cleaned["people"],
            acted_on=cleaned["acted_on"] if Kind(category.kind) is Kind.GRIEVANCE else None,
            received_at=self._received_at(),
        )

    def _unit(self) -> Unit:
        if self.from_box is not None:
            return self.from_box.box.unit
        return self.units[self.cleaned_data.get("unit") or next(iter(self.units))]

    def _received_at(self) -> datetime | None:
        """From the opening of an earlier day; today from now."""
        day = self.from_box.opened_on if self.from_box else self.cleaned_data["received_on"]
        if day is None or day >= local_day(self.at):
            return None
        return datetime.combine(day, time(8), tzinfo=OFFICE_TIME)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class OpeningForm(forms.Form):
    """A box opened by the person who fills this in and a second one."""

    box = forms.ModelChoiceField(
        label=gettext_lazy("Hòm thư"),
        queryset=SuggestionBox.objects.none(),
        error_messages={"required": gettext_lazy("Hãy chọn hòm thư.")},
    )
    opened_on = DayField(label=gettext_lazy("Ngày mở"))
    second_opener = forms.ModelChoiceField(
        label=gettext_lazy("Người cùng mở"),
        queryset=User.objects.none(),
        error_messages={"required": gettext_lazy("Hãy chọn người cùng mở.")},
    )
    letters = forms.IntegerField(
        label=gettext_lazy("Số thư trong hòm"),
        min_value=0,
        max_value=1000,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _LETTERS),
    )

    def __init__(self, data: Any = None, *, units: Sequence[Unit], user: User, at: datetime) -> None:
        super().__init__(data, initial={"opened_on": local_day(at)})
        boxes = SuggestionBox.objects.filter(unit__in=units, is_active=True).select_related("unit")
        near = Q(unit__in=units) | Q(unit__parent__in=units)
        held = Membership.objects.in_force(local_day(at)).with_roles(WORKING_ROLES).filter(near)
        people = User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(pk=user.pk)
        for name, rows in (("box", boxes), ("second_opener", people.order_by("full_name", "pk"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
