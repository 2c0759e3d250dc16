"""What the addresses of the official reports may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from accounts.staff.fields import DayField
from reporting.definitions.period_choices import LENGTHS, why_no_figures
from reporting.definitions.periods import MONTHS_IN, PeriodLength, Span, offered_periods
from reporting.definitions.targets import YEARS_OFFERED
from units.models import Unit
from units.texts.wording import day_of

SUBTREE, ALONE = "ca-cay", "rieng"
OWN_DAYS: Final = "tu-chon"


class ReportForm(forms.Form):
    """`don-vi`: a slug, any text here, for whose unit it is is for the view to say; `pham-vi`: with all below it, or
    alone; `ky`: the code of a period, or `tu-chon`: the days from `tu` to `den`."""

    def __init__(self, data: Any, *, at: datetime, units: Sequence[Unit]) -> None:
        self.at, self.units = at, units
        last_month = Span.of(PeriodLength.MONTH, day_of(at)).before()
        defaults = {"don-vi": _head(units).slug, "pham-vi": SUBTREE, "ky": str(last_month)}
        super().__init__(_as_days(defaults | {key: data[key] for key in data}))
        choices = [(unit.slug, unit.name) for unit in units]
        self.fields["don-vi"] = forms.CharField(label=_("Đơn vị"), widget=forms.Select(choices=choices))
        scopes = [(SUBTREE, _("Gồm cả đơn vị trực thuộc")), (ALONE, _("Riêng đơn vị này"))]
        self.fields["pham-vi"] = forms.ChoiceField(label=_("Phạm vi"), choices=scopes)
        self.fields["ky"] = forms.CharField(label=_("Kỳ báo cáo"), widget=forms.Select(choices=_periods(at)))
        self.fields["tu"] = DayField(label=_("Từ ngày"), required=False)
        self.fields["den"] = DayField(label=_("Đến ngày"), required=False)

    @property
    def with_below(self) -> bool:
        return bool(self.cleaned_data["pham-vi"] == SUBTREE)

    @property
    def period(self) -> Span:
        found = self.cleaned_data["period"]
        assert isinstance(found, Span)
        return found

    @property
    def query(self) -> dict[str, str]:
        """The same question as parameters of an address."""
        asked = self.cleaned_data
        return {"don-vi": asked["don-vi"], "pham-vi": asked["pham-vi"], "ky": str(self.period)}

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "ky" in typed and not self.errors:
            period = self._own_days() if typed["ky"] == OWN_DAYS else self._coded(typed["ky"])
            if period and (why := why_no_figures(period, day_of(self.at))):
                self.add_error("tu" if typed["ky"] == OWN_DAYS else "ky", why)
            typed["period"] = period
        return typed

    def _coded(self, code: str) -> Span | None:
        try:
            asked = Span.parse(code)
        except ValueError:
            self.add_error("ky", _("Không có kỳ báo cáo nào như vậy."))
            return None
        return Span.named(asked.first, asked.last)

    def _own_days(self) -> Span | None:
        """Until a day that may still be to come: a report of it is one of what is known by now."""
        first, last = self.cleaned_data.get("tu"), self.cleaned_data.get("den")
        for name, day in (("tu", first), ("den", last)):
            if day is None:
                self.add_error(name, _("Hãy ghi ngày."))
        if first is None or last is None:
            return None
        if last < first:
            self.add_error("den", _("Ngày cuối trước ngày đầu của kỳ."))
        elif last.year > day_of(self.at).year:
            self.add_error("den", _("Ngày cuối sau năm nay."))
        else:
            return Span.named(first, last)
        return None


def _as_days(asked: dict[str, str]) -> dict[str, str]:
    """A period that no list offers is shown as its two days."""
    first, _between, last = asked["ky"].partition("_")
    return asked | {"ky": OWN_DAYS, "tu": first, "den": last} if last else asked


def _periods(at: datetime) -> list[tuple[str, list[tuple[str, str]] | str]]:
    """By length; periods are official words, the same in every language."""
    listed: list[tuple[str, list[tuple[str, str]] | str]] = [
        (str(name), [(str(span), span.official) for span in offered_periods(at, length, years=YEARS_OFFERED)])
        for length, name in LENGTHS.items()
        if length in MONTHS_IN
    ]
    return [*listed, (OWN_DAYS, _("Từ ngày đến ngày, ghi bên cạnh"))]


def _head(units: Sequence[Unit]) -> Unit:
    return min(units, key=lambda unit: (unit.path.count("/"), unit.order, unit.pk))
