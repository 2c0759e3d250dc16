"""What an administrator types to change the working calendar. The rules themselves are in `units.actions`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.actions.calendar_changes import ChangedDay
from dossiers.forms import DayField
from units.models import CalendarDay, CalendarDraftDay

Change = CalendarDraftDay.Change


def _line(label: Any, most: int, missing: Any = "", *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        error_messages={"required": missing} if missing else {},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ChangedDayForm(forms.Form):
    """One day to add or to take out."""

    day = DayField(label=gettext_lazy("Ngày"))
    change = forms.ChoiceField(
        label=gettext_lazy("Thay đổi"), choices=Change.choices, initial=Change.ADD, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại ngày"),
        choices=[("", gettext_lazy("Chọn loại ngày")), *CalendarDay.Kind.choices],
        required=False,
        help_text=gettext_lazy("Cần khi thêm; khi gỡ bỏ thì để trống."),
    )
    reason = _line(gettext_lazy("Lý do"), 120, gettext_lazy("Hãy nêu lý do."))
    closes_at = forms.TimeField(
        label=gettext_lazy("Đóng cửa lúc"),
        required=False,
        help_text=gettext_lazy("Chỉ với ngày làm việc nửa ngày, như 11:30."),
        error_messages={"invalid": gettext_lazy("Ghi giờ theo mẫu 11:30.")},
        widget=forms.TimeInput(attrs={"autocomplete": "off", "inputmode": "numeric"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("change") == Change.ADD and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Hãy chọn loại ngày."))
        return cleaned

    @property
    def line(self) -> ChangedDay:
        typed = self.cleaned_data
        return ChangedDay(typed["day"], typed["change"], typed["kind"], typed["reason"], closes_at=typed["closes_at"])


class NewChangeForm(ChangedDayForm):
    """A draft with its first day."""

    title = _line(
        gettext_lazy("Nội dung thay đổi"),
        160,
        gettext_lazy("Hãy nêu nội dung thay đổi."),
        help_text=gettext_lazy("Người có hồ sơ đổi ngày hẹn sẽ đọc dòng này."),
    )
    source = _line(
        gettext_lazy("Văn bản"),
        200,
        gettext_lazy("Hãy nêu văn bản làm căn cứ."),
        help_text=gettext_lazy("Số, ngày và nơi ban hành."),
    )

    field_order = ("title", "source", "day", "change", "kind", "closes_at", "reason")
