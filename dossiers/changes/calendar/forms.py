"""Forms for calendar changes. The rules are in `units.calendar.actions`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.staff.fields import DayField, line
from dossiers.changes.calendar.actions import ChangedDay
from units.models import CalendarDay, CalendarDraftDay

DayChange = CalendarDraftDay.Change


class ChangedDayForm(forms.Form):
    """One day to add or to remove."""

    day = DayField(label=gettext_lazy("Ngày"))
    change = forms.ChoiceField(
        label=gettext_lazy("Thay đổi"), choices=DayChange.choices, initial=DayChange.ADD, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại ngày"),
        choices=[("", gettext_lazy("Chọn loại ngày")), *CalendarDay.Kind.choices],
        required=False,
        help_text=gettext_lazy("Cần khi thêm; khi gỡ bỏ thì để trống."),
    )
    reason = line(gettext_lazy("Lý do"), 120, missing=gettext_lazy("Hãy nêu lý do."))
    closes_at = forms.TimeField(
        label=gettext_lazy("Đóng cửa lúc"),
        required=False,
        help_text=gettext_lazy("Chỉ với ngày làm việc nửa ngày, như 11:30."),
        error_messages={"invalid": gettext_lazy("Ghi giờ theo mẫu 11:30.")},
        widget=forms.TimeInput(attrs={"autocomplete": "off", "inputmode": "numeric"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("change") == DayChange.ADD and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Hãy chọn loại ngày."))
        return cleaned

    @property
    def line(self) -> ChangedDay:
        typed = self.cleaned_data
        return ChangedDay(typed["day"], typed["change"], typed["kind"], typed["reason"], closes_at=typed["closes_at"])


class NewChangeForm(ChangedDayForm):
    """A draft with its first day."""

    title = line(
        gettext_lazy("Nội dung thay đổi"),
        160,
        missing=gettext_lazy("Hãy nêu nội dung thay đổi."),
        hint=gettext_lazy("Người có hồ sơ đổi ngày hẹn sẽ đọc dòng này."),
    )
    source = line(
        gettext_lazy("Văn bản"),
        200,
        missing=gettext_lazy("Hãy nêu văn bản làm căn cứ."),
        hint=gettext_lazy("Số, ngày và nơi ban hành."),
    )

    field_order = ("title", "source", "day", "change", "kind", "closes_at", "reason")
