"""Forms for checks of posted notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.staff.fields import choice, line
from procedures.editing.actions.notice_checks import Found
from procedures.models import Offering, PostedCheckLine
from procedures.posters.drawing import is_current
from units.models import Unit

Wall, Portal = PostedCheckLine.Wall, PostedCheckLine.Portal


class DrawForm(forms.Form):
    office = forms.ModelChoiceField(
        label=gettext_lazy("Nơi kiểm tra"),
        queryset=Unit.objects.filter(pk__in=Offering.objects.values("unit")).order_by("order", "name"),
        to_field_name="slug",
        error_messages={"required": gettext_lazy("Hãy chọn nơi kiểm tra.")},
    )
    how_many = forms.IntegerField(
        label=gettext_lazy("Số thủ tục"),
        min_value=1,
        max_value=50,
        initial=10,
        error_messages={"required": gettext_lazy("Hãy ghi số thủ tục.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def prefix_of(row: PostedCheckLine) -> str:
    return f"d{row.pk}"


class FoundForm(forms.Form):
    """The result for one procedure. A code typed from the notice alone decides whether the notice is current."""

    mark = line(gettext_lazy("Dấu trên tờ niêm yết"), 20, hint=gettext_lazy("Tám ký tự cạnh mã QR, nếu có."))
    wall = choice(gettext_lazy("Tại nơi nhận"), [("", gettext_lazy("theo dấu")), *Wall.choices])
    portal = choice(gettext_lazy("Trên cổng"), [("", gettext_lazy("chọn")), *Portal.choices])
    note = line(gettext_lazy("Ghi chú"), 300)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        row: PostedCheckLine,
        offering: Offering | None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix_of(row), initial=initial)
        self.row, self.offering = row, offering

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mark, wall = cleaned.get("mark", ""), cleaned.get("wall", "")
        if mark:
            seen = Wall.CURRENT if is_current(mark, self.row.version, self.offering) else Wall.OLD
            if wall and wall != seen:
                values = {"seen": seen.label}
                self.add_error("wall", _("Dấu này là của tờ: %(seen)s.") % values)
            cleaned["wall"] = seen
        elif not wall:
            self.add_error("wall", _("Hãy ghi dấu, hoặc chọn kết quả."))
        if not cleaned.get("portal"):
            self.add_error("portal", _("Hãy chọn kết quả."))
        return cleaned

    @property
    def found(self) -> Found:
        typed = self.cleaned_data
        return Found(typed["wall"], typed["portal"], typed["mark"].upper(), typed["note"])
