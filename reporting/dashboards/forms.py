"""Forms for the query strings of the dashboards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier
from procedures.models import Field, ProcessStep
from reporting.dashboards.list_kinds import ABOUT_NOW, OF_A_PAST_DAY, ListKind
from reporting.definitions.period_choices import EARLIEST, LENGTHS, why_no_figures
from reporting.definitions.periods import Month, PeriodLength, Span, months_until, offered_periods
from reporting.definitions.targets import (
    HEAT_MAP_MONTHS,
    MONTHS_OFFERED,
    WEEKS_OFFERED,
    YEARS_OFFERED,
)
from units.clock.days import local_day
from units.models import Unit

NOW, THEN = "nay", "xua"
BRANCH, ALONE = "nhanh", "rieng"
NO_STEP, NOBODY = "-", "-"
STEP, PROCEDURE, OFFICER = "buoc", "thu-tuc", "can-bo"
CHANNEL, DESK, PLACE = "kenh", "quay", "noi"
SECOND = "-2"
FILTERS = {
    PROCEDURE: (_("Thủ tục"), _("Tất cả thủ tục")),
    STEP: (_("Bước"), _("Tất cả các bước")),
    OFFICER: (_("Người xử lý"), _("Mọi người")),
    CHANNEL: (_("Cách nộp"), _("Mọi cách nộp")),
    DESK: (_("Nơi nhận"), _("Mọi nơi nhận")),
    PLACE: (_("Khâu"), _("Mọi khâu")),
}
CHOICE_LABELS: dict[str, dict[str, Any]] = {
    CHANNEL: dict(Dossier.Intake.choices),
    PLACE: dict(ProcessStep.Place.choices),
    STEP: {NO_STEP: _("Chưa có quy trình")},
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
        """The requested month; the current one where none or an invalid one was requested."""
        asked = self.cleaned_data.get("thang") if self.is_valid() else ""
        return Month.parse(asked) if asked else self.current


class SpanForm(forms.Form):
    """The span and the units of a page of figures. `ky`: a span as `Span.parse` reads it (or `thang`, a month); `tu`
    and `den`: from one day to another instead; `tinh-den`: as at the end of that past day; `don-vi`: the slug of a
    unit; `pham-vi`: whether with all units below it. Defaults: this month, now, all visible units.
    """

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        asked = {name: data[name] for name in data}
        self.today = local_day(at)
        self.current = Span.of(PeriodLength.MONTH, self.today)
        asked["ky"] = asked.get("ky") or asked.get("thang") or str(self.current)
        super().__init__(asked)
        self.fields["ky"] = _span_field(at, asked["ky"])
        self.fields["tu"] = _day_field(_("Từ ngày"))
        self.fields["den"] = _day_field(_("Đến ngày"))
        self.fields["tinh-den"] = _day_field(_("Như cuối ngày"))
        self.fields["don-vi"] = unit_field(units)
        self.fields["pham-vi"] = forms.ChoiceField(
            label=_("Phạm vi"),
            required=False,
            choices=[(BRANCH, _("Cả đơn vị bên dưới")), (ALONE, _("Riêng đơn vị này"))],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("tu"), cleaned.get("den")
        if bool(first) != bool(last) and not {"tu", "den"} & self.errors.keys():
            self.add_error("den" if first else "tu", _("Hãy ghi cả hai ngày."))
        elif first and last and last < first:
            self.add_error("den", _("Ngày cuối phải sau ngày đầu."))
        elif first and last and (why := why_no_figures(Span.between(first, last), self.today)):
            self.add_error("den" if EARLIEST <= first <= self.today else "tu", why)
        _check_span(self, "ky", self.today)
        _check_past_day(self, "tinh-den", self.today)
        return cleaned

    @property
    def span(self) -> Span:
        """The requested span; this month where none or an invalid one was requested."""
        if not self.is_valid():
            return self.current
        if self.cleaned_data["tu"]:
            return Span.between(self.cleaned_data["tu"], self.cleaned_data["den"])
        return Span.parse(self.cleaned_data["ky"]) if self.cleaned_data["ky"] else self.current

    @property
    def as_of(self) -> date | None:
        day: date | None = self.cleaned_data["tinh-den"] if self.is_valid() else None
        return day

    @property
    def slug(self) -> str:
        return str(self.cleaned_data["don-vi"]) if self.is_valid() else ""

    @property
    def with_below(self) -> bool:
        return self.is_valid() and self.cleaned_data["pham-vi"] != ALONE

    @property
    def scope(self) -> str:
        """The query string of the same units, for links to lists."""
        reach = BRANCH if self.with_below else ALONE
        return urlencode({"don-vi": self.slug, "pham-vi": reach}) if self.slug else ""


class CompareForm(forms.Form):
    """Two sides; the fields of the second end in `SECOND`. `ky`: a span as `Span.parse` reads it; `don-vi`: a slug,
    empty for all visible units. Default: this month beside the previous one.
    """

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        current = Span.of(PeriodLength.MONTH, local_day(at))
        self.today = local_day(at)
        self.otherwise = {"": current, SECOND: current.before()}
        asked = {name: data[name] for name in data}
        asked |= {f"ky{side}": asked.get(f"ky{side}") or str(span) for side, span in self.otherwise.items()}
        super().__init__(asked)
        self.units = {unit.slug: unit.name for unit in units}
        for side in self.otherwise:
            self.fields[f"don-vi{side}"] = unit_field(units)
            self.fields[f"ky{side}"] = _span_field(at, asked[f"ky{side}"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for side in self.otherwise:
            _check_span(self, f"ky{side}", self.today)
        return cleaned

    def span(self, side: str) -> Span:
        asked = self.cleaned_data[f"ky{side}"] if self.is_valid() else ""
        return Span.parse(asked) if asked else self.otherwise[side]

    def slug(self, side: str) -> str:
        return str(self.cleaned_data[f"don-vi{side}"]) if self.is_valid() else ""

    def unit_name(self, side: str) -> str:
        return self.units.get(self.slug(side), str(_("Tất cả đơn vị")))

    def scope(self, side: str) -> str:
        """The query string of the same units and span, for links to lists."""
        scope = {"don-vi": self.slug(side), "pham-vi": BRANCH} if self.slug(side) else {}
        return urlencode({"ky": str(self.span(side))} | scope)


class FieldForm(SpanForm):
    """As `SpanForm`, with `linh-vuc`: a field's slug, empty for all."""

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        super().__init__(data, at=at, units=units)
        self.names = _field_names()
        self.fields["linh-vuc"] = _field_field(self.names)

    @property
    def field_slug(self) -> str:
        return str(self.cleaned_data["linh-vuc"]) if self.is_valid() else ""

    @property
    def field_name(self) -> str:
        """Empty for all fields."""
        return self.names.get(self.field_slug, "")


class OfficesForm(SpanForm):
    """As `SpanForm`, with `theo`: whether figures of a closed unit count for its successor or for itself."""

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        super().__init__(data, at=at, units=units)
        self.fields["theo"] = forms.ChoiceField(
            label=_("Tính cho"),
            required=False,
            choices=[(NOW, _("Đơn vị hiện nay")), (THEN, _("Đơn vị thời đó"))],
        )

    @property
    def todays_tree(self) -> bool:
        return not (self.is_valid() and self.cleaned_data["theo"] == THEN)


class IntakeHoursForm(MonthForm):
    """`thang` as in `MonthForm`, the last of `ky` months; `don-vi`: a desk's slug, empty for all visible desks."""

    def __init__(self, data: Any, *, at: datetime, desks: Iterable[Unit]) -> None:
        super().__init__(data, at=at)
        spans = [(str(n), ngettext("%(n)d tháng", "%(n)d tháng", n) % {"n": n}) for n in HEAT_MAP_MONTHS]
        self.fields["ky"] = forms.ChoiceField(label=_("Số tháng"), required=False, choices=spans)
        self.fields["don-vi"] = unit_field(desks)

    @property
    def months(self) -> int:
        asked = self.cleaned_data.get("ky") if self.is_valid() else ""
        return int(asked or HEAT_MAP_MONTHS[0])


class UnitForm(forms.Form):
    """`don-vi`: a unit's slug, empty for all visible units; the view checks that there is such a unit."""

    def __init__(self, data: Any, *, units: Iterable[Unit]) -> None:
        super().__init__(data)
        self.fields["don-vi"] = unit_field(units)


class ListForm(forms.Form):
    """`tinh-trang`: which dossiers (`ListKind`); `don-vi`, `linh-vuc`: slugs, empty for all; `thang` as in
    `MonthForm`.

    Fields that exist only when the address has them: `ky`, any span instead of `thang`; `tinh-den`, as at the end of
    that past day; `pham-vi`, with the units below; `thu-tuc`, a procedure's `ref`; `buoc`, a step's name or `NO_STEP`;
    `can-bo`, an officer's key or `NOBODY`; `kenh`, channel of filing; `quay`, the slug of the receiving desk; `noi`,
    place of the step. The view checks whether the reader may see the unit or officer; here any text is valid.
    """

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        asked = {"tinh-trang": ListKind.OVERDUE, "thang": str(Month.of(at))} | {key: data[key] for key in data}
        asked["thang"] = asked.pop("ky", "") or asked["thang"]
        super().__init__(asked)
        self.today = local_day(at)
        self.current = Span.of(PeriodLength.MONTH, self.today)
        self.fields["tinh-trang"] = forms.ChoiceField(label=pgettext_lazy("plural", "Hồ sơ"), choices=_list_kinds())
        self.fields["thang"] = _span_field(at, asked["thang"])
        self.fields["don-vi"] = unit_field(units)
        self.fields["linh-vuc"] = _field_field(_field_names())
        if asked.get("tinh-den"):
            self.fields["tinh-den"] = _day_field(_("Như cuối ngày"))
        if asked.get("pham-vi"):
            self.fields["pham-vi"] = forms.CharField(required=False, widget=forms.HiddenInput)
        for name, (label, of_all) in FILTERS.items():
            if named := self.data.get(name):
                self.fields[name] = forms.CharField(label=label, required=False)
                self.show_choice(name, CHOICE_LABELS.get(name, {}).get(named, named), of_all)

    def show_choice(self, name: str, what: Any, of_all: Any) -> None:
        """Show `what` as the chosen option of a field of `FILTERS`, beside the option for all."""
        self.fields[name].widget = forms.Select(choices=[("", of_all), (self.data[name], what)])

    def filter_value(self, name: str) -> str:
        """The value of a field of `FILTERS`; empty where the address has none."""
        return str(self.cleaned_data.get(name, ""))

    @property
    def kind(self) -> ListKind:
        return ListKind(self.cleaned_data["tinh-trang"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("tinh-den") and cleaned.get("tinh-trang") in ABOUT_NOW - OF_A_PAST_DAY:
            self.add_error("tinh-den", _("Không có danh sách này cho ngày đã qua."))
        _check_span(self, "thang", self.today)
        _check_past_day(self, "tinh-den", self.today)
        self._use_last_day_of_past_period(cleaned)
        return cleaned

    def _use_last_day_of_past_period(self, cleaned: dict[str, Any]) -> None:
        """A list of open dossiers with a span that is over shows what was open at its end."""
        kind, code = cleaned.get("tinh-trang"), cleaned.get("thang")
        if self.errors or kind not in ABOUT_NOW or not code or cleaned.get("tinh-den"):
            return
        last = Span.parse(code).last
        if last >= self.today:
            return
        if kind in OF_A_PAST_DAY:
            cleaned["tinh-den"] = last
        else:
            self.add_error("thang", _("Danh sách này chỉ có của lúc này: hãy chọn kỳ hiện nay."))

    @property
    def month(self) -> Span:
        """The requested span, cut at the requested past day."""
        span = Span.parse(self.cleaned_data["thang"]) if self.cleaned_data["thang"] else self.current
        return span.until(self.as_of) if self.as_of else span

    @property
    def as_of(self) -> date | None:
        day: date | None = self.cleaned_data.get("tinh-den")
        return day

    @property
    def with_below(self) -> bool:
        return self.cleaned_data.get("pham-vi") == BRANCH


def _check_span(form: forms.Form, field: str, today: date) -> None:
    """Adds an error where a span has no figures. The field is empty or holds a code that `Span.parse` reads."""
    code = form.cleaned_data.get(field)
    if code and (why := why_no_figures(Span.parse(code), today)):
        form.add_error(field, why)


def _check_past_day(form: forms.Form, field: str, today: date) -> None:
    day = form.cleaned_data.get(field)
    if day and not EARLIEST <= day < today:
        form.add_error(
            field, _("Hãy chọn một ngày đã qua.") if day >= today else _("Không có số liệu trước năm 2000.")
        )


def _field_names() -> dict[str, str]:
    """Names of the fields of administration by slug."""
    return dict(Field.objects.values_list("slug", "name"))


def _field_field(names: dict[str, str]) -> forms.ChoiceField:
    choices = [("", _("Tất cả lĩnh vực")), *names.items()]
    return forms.ChoiceField(label=_("Lĩnh vực"), required=False, choices=choices)


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _span_field(at: datetime, asked: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Kỳ báo cáo"), required=False, choices=_span_choices(at, asked))


def _span_choices(at: datetime, asked: str) -> list[tuple[Any, list[tuple[str, str]]]]:
    """The offered spans by length, and the requested one where it is valid and not among them."""
    language = get_language() or "vi"
    lengths = (PeriodLength.MONTH, PeriodLength.QUARTER, PeriodLength.YEAR)
    spans = offered_periods(at, *lengths, years=YEARS_OFFERED, weeks=WEEKS_OFFERED)
    try:
        other = Span.parse(asked)
    except ValueError:
        other = None
    if other and other not in spans:
        spans = [other, *spans]
    choices: dict[Any, list[tuple[str, str]]] = {}
    for span in spans:
        written = span.written(language)
        choices.setdefault(LENGTHS[span.length], []).append((str(span), written[:1].upper() + written[1:]))
    return list(choices.items())


def unit_field(units: Iterable[Unit]) -> forms.CharField:
    choices = [("", _("Tất cả đơn vị")), *((unit.slug, unit.name) for unit in units)]
    return forms.CharField(label=_("Đơn vị"), required=False, widget=forms.Select(choices=choices))


def _list_kinds() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Kinds about now, and kinds about a period, as two groups of options."""
    now = [(kind.value, kind.label) for kind in ListKind if kind in ABOUT_NOW]
    then = [(kind.value, kind.label) for kind in ListKind if kind not in ABOUT_NOW]
    return [(_("Lúc này"), now), (_("Trong kỳ"), then)]


def _month_field(current: Month) -> forms.ChoiceField:
    language = get_language() or "vi"
    offered_periods = [
        (str(month), month.written(language).capitalize()) for month in months_until(current, MONTHS_OFFERED)
    ]
    return forms.ChoiceField(label=_("Kỳ báo cáo"), required=False, choices=offered_periods[::-1])
