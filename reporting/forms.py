"""What the addresses of the figures may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from procedures.models import Field
from reporting.lists import Sort
from reporting.periods import Month, months_until
from reporting.targets import MONTHS_OFFERED
from units.models import Unit

NOW, THEN = "nay", "xua"


class MonthForm(forms.Form):
    """`thang`: a month such as "2026-11"; left out, the current one."""

    thang = forms.ChoiceField(label=_("Kỳ báo cáo"), required=False)

    def __init__(self, data: Any, *, at: datetime) -> None:
        super().__init__(data)
        self.current = Month.of(at)
        self.fields["thang"] = _month_field(self.current)
        self.initial["thang"] = str(self.current)

    @property
    def month(self) -> Month:
        """The month asked for; the current one when none, or none that is offered, was asked for."""
        asked = self.cleaned_data.get("thang") if self.is_valid() else ""
        return Month.parse(asked) if asked else self.current


class OfficesForm(MonthForm):
    """`thang` as in `MonthForm`; `theo`: who has the figures of a unit that another continues: this one, or itself."""

    theo = forms.ChoiceField(
        label=_("Tính cho"),
        required=False,
        choices=[(NOW, _("Đơn vị hiện nay")), (THEN, _("Đơn vị thời đó"))],
    )

    @property
    def todays_tree(self) -> bool:
        return not (self.is_valid() and self.cleaned_data["theo"] == THEN)


class ListForm(forms.Form):
    """`tinh-trang`: which dossiers; `don-vi`, `linh-vuc`: slugs, empty for all; `thang` as in `MonthForm`.

    Whether a unit is the reader's own is for the view to say: any text is a valid `don-vi` here.
    """

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        super().__init__({"tinh-trang": Sort.OVERDUE, "thang": str(Month.of(at))} | {key: data[key] for key in data})
        self.current = Month.of(at)
        self.fields["tinh-trang"] = forms.ChoiceField(label=pgettext_lazy("plural", "Hồ sơ"), choices=Sort.choices)
        self.fields["thang"] = _month_field(self.current)
        self.fields["don-vi"] = forms.CharField(
            label=_("Đơn vị"),
            required=False,
            widget=forms.Select(choices=[("", _("Tất cả đơn vị")), *((unit.slug, unit.name) for unit in units)]),
        )
        fields = Field.objects.values_list("slug", "name")
        self.fields["linh-vuc"] = forms.ChoiceField(
            label=_("Lĩnh vực"), required=False, choices=[("", _("Tất cả lĩnh vực")), *fields]
        )

    @property
    def sort(self) -> Sort:
        return Sort(self.cleaned_data["tinh-trang"])

    @property
    def month(self) -> Month:
        return Month.parse(self.cleaned_data["thang"]) if self.cleaned_data["thang"] else self.current


def _month_field(current: Month) -> forms.ChoiceField:
    language = get_language() or "vi"
    offered = [(str(month), month.written(language).capitalize()) for month in months_until(current, MONTHS_OFFERED)]
    return forms.ChoiceField(label=_("Kỳ báo cáo"), required=False, choices=offered[::-1])
