"""What the addresses of the figures may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from procedures.models import Field
from reporting.lists import ABOUT_NOW, Sort
from reporting.periods import Month, months_until
from reporting.targets import MONTHS_OFFERED, PERIODS_OFFERED
from units.models import Unit

NOW, THEN = "nay", "xua"
NO_STEP, NOBODY = "-", "-"
STEP, PROCEDURE, OFFICER = "buoc", "thu-tuc", "can-bo"
NARROWER = {
    PROCEDURE: (_("Thủ tục"), _("Tất cả thủ tục")),
    STEP: (_("Bước"), _("Tất cả các bước")),
    OFFICER: (_("Người xử lý"), _("Mọi người")),
}


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


class IntakeHoursForm(MonthForm):
    """`thang` as in `MonthForm`, the last of `ky` months; `don-vi`: a desk's slug, empty for all in sight."""

    def __init__(self, data: Any, *, at: datetime, desks: Iterable[Unit]) -> None:
        super().__init__(data, at=at)
        spans = [(str(n), ngettext("%(n)d tháng", "%(n)d tháng", n) % {"n": n}) for n in PERIODS_OFFERED]
        self.fields["ky"] = forms.ChoiceField(label=_("Số tháng"), required=False, choices=spans)
        self.fields["don-vi"] = unit_field(desks)

    @property
    def months(self) -> int:
        asked = self.cleaned_data.get("ky") if self.is_valid() else ""
        return int(asked or PERIODS_OFFERED[0])


class UnitForm(forms.Form):
    """`don-vi`: a unit's slug, empty for all in sight; whether it is one is for the view to say."""

    def __init__(self, data: Any, *, units: Iterable[Unit]) -> None:
        super().__init__(data)
        self.fields["don-vi"] = unit_field(units)


class ListForm(forms.Form):
    """`tinh-trang`: which dossiers; `don-vi`, `linh-vuc`: slugs, empty for all; `thang` as in `MonthForm`.

    Only where the address names them: `thu-tuc`, a procedure's `ref`; `buoc`, a step's name or `NO_STEP`; `can-bo`,
    an officer's key or `NOBODY`. Whether a unit or an officer is the reader's own is for the view to say: any text is
    valid here.
    """

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        super().__init__({"tinh-trang": Sort.OVERDUE, "thang": str(Month.of(at))} | {key: data[key] for key in data})
        self.current = Month.of(at)
        self.fields["tinh-trang"] = forms.ChoiceField(label=pgettext_lazy("plural", "Hồ sơ"), choices=_sorts())
        self.fields["thang"] = _month_field(self.current)
        self.fields["don-vi"] = unit_field(units)
        fields = Field.objects.values_list("slug", "name")
        self.fields["linh-vuc"] = forms.ChoiceField(
            label=_("Lĩnh vực"), required=False, choices=[("", _("Tất cả lĩnh vực")), *fields]
        )
        for name, (label, of_all) in NARROWER.items():
            if asked := self.data.get(name):
                self.fields[name] = forms.CharField(label=label, required=False)
                self.say(name, _("Chưa có quy trình") if asked == NO_STEP else asked, of_all)

    def say(self, name: str, what: Any, of_all: Any) -> None:
        """Print `what` as the choice made in a field of `NARROWER`, beside the way back to all."""
        self.fields[name].widget = forms.Select(choices=[("", of_all), (self.data[name], what)])

    def narrowed(self, name: str) -> str:
        """What the address names by a field of `NARROWER`; empty where it does not."""
        return str(self.cleaned_data.get(name, ""))

    @property
    def sort(self) -> Sort:
        return Sort(self.cleaned_data["tinh-trang"])

    @property
    def month(self) -> Month:
        return Month.parse(self.cleaned_data["thang"]) if self.cleaned_data["thang"] else self.current


def unit_field(units: Iterable[Unit]) -> forms.CharField:
    choices = [("", _("Tất cả đơn vị")), *((unit.slug, unit.name) for unit in units)]
    return forms.CharField(label=_("Đơn vị"), required=False, widget=forms.Select(choices=choices))


def _sorts() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """What is so at this moment apart from what was so in a month."""
    now = [(sort.value, sort.label) for sort in Sort if sort in ABOUT_NOW]
    then = [(sort.value, sort.label) for sort in Sort if sort not in ABOUT_NOW]
    return [(_("Lúc này"), now), (_("Trong kỳ"), then)]


def _month_field(current: Month) -> forms.ChoiceField:
    language = get_language() or "vi"
    offered = [(str(month), month.written(language).capitalize()) for month in months_until(current, MONTHS_OFFERED)]
    return forms.ChoiceField(label=_("Kỳ báo cáo"), required=False, choices=offered[::-1])
