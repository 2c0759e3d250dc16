"""The form of the question "when is the result due if I file this there and then?"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from procedures.models import Offering, ProcedureVersion
from procedures.terms import TERM_UNITS
from units.clock.due_dates import Term, TermUnit
from units.clock.working_calendar import OFFICE_TIME

EARLIEST: Final = date(2011, 1, 1)  # the first year of the calendar's data
FURTHEST: Final = timedelta(days=366)
MOST: Final = {TermUnit.WORKING_HOUR: 8000, TermUnit.WORKING_DAY: 1000, TermUnit.DAY: 1500, TermUnit.MONTH: 48}

UNITS: Final = [(unit, label) for unit, label in TERM_UNITS.items() if unit != TermUnit.SAME_DAY]

# Field → name in the address.
NAMES: Final = {
    "procedure": "thu-tuc",
    "place": "noi-nop",
    "amount": "so",
    "unit": "don-vi",
    "day": "ngay",
    "hour": "gio",
}


class ResultDateForm(forms.Form):
    """Either a procedure, perhaps at an office, or any term; the day and hour of filing are Hanoi time.

    After `is_valid()`: `version` and `offering` are what was chosen (or None), `term` the term typed (or None).
    """

    procedure = forms.CharField(label=_("Thủ tục"), required=False, max_length=60)
    place = forms.CharField(label=_("Nơi nộp"), required=False, max_length=80)
    amount = forms.IntegerField(
        label=_("Thời hạn khác"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"min_value": _("Thời hạn ít nhất là 1."), "invalid": _("Ghi thời hạn bằng số, như 5.")},
    )
    unit = forms.ChoiceField(label=_("Tính theo"), required=False, choices=UNITS)
    day = forms.DateField(
        label=_("Ngày nộp"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Ngày chưa đúng. Ghi theo mẫu 23/11/2026.")},
    )
    hour = forms.TimeField(
        label=_("Giờ nộp"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Giờ chưa đúng. Ghi theo mẫu 14:30.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, at: datetime, version: ProcedureVersion | None = None
    ) -> None:
        self.at = at.astimezone(OFFICE_TIME)
        super().__init__(data, initial={"day": self.at.date(), "hour": self.at.time()})
        self.version = version
        self.offering: Offering | None = None
        self.term: Term | None = None

    def add_prefix(self, field_name: str) -> str:
        return NAMES.get(field_name, field_name)

    def question(self) -> str:
        """The query string with day and hour, which asks the same at any time."""
        return urlencode({name: self.data[name] for name in NAMES.values() if self.data.get(name)})

    @property
    def received_at(self) -> datetime:
        filed: time = self.cleaned_data["hour"]
        return datetime.combine(self.cleaned_data["day"], filed, OFFICE_TIME)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not EARLIEST <= day <= self.at.date() + FURTHEST:
            last = f"{self.at.date() + FURTHEST:%d/%m/%Y}"
            raise forms.ValidationError(
                _("Chỉ tính được từ 01/01/%(first)s đến %(last)s."), params={"first": EARLIEST.year, "last": last}
            )
        return day

    def clean_procedure(self) -> str:
        ref: str = self.cleaned_data["procedure"]
        if ref and self.version is None:
            found = ProcedureVersion.objects.for_list(self.at.date()).in_force(self.at.date())
            self.version = found.filter(procedure__ref=ref).first()
            if self.version is None:
                raise forms.ValidationError(_("Không có thủ tục này. Chọn lại trong danh sách."))
        return ref

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("procedure") and not {"procedure", "amount"} & self.errors.keys():
            self._clean_term(cleaned)
        return cleaned

    def show_unreadable_as_typed(self) -> None:
        """Shows an invalid day or hour as typed: the browser's own picker would drop it."""
        for name in {"day", "hour"} & self.errors.keys():
            if name not in self.cleaned_data and self.has_error(name, "invalid"):
                self.fields[name].widget.input_type = "text"

    def _clean_term(self, cleaned: dict[str, Any]) -> None:
        amount, unit = cleaned.get("amount"), TermUnit(cleaned.get("unit") or TermUnit.WORKING_DAY)
        if amount is None:
            self.add_error("procedure", _("Chọn một thủ tục, hoặc ghi thời hạn ở dưới."))
        elif amount > MOST[unit]:
            self.add_error("amount", forms.ValidationError(_("Nhiều nhất là %(most)s."), params={"most": MOST[unit]}))
        else:
            self.term = Term(amount, unit)

    def choose_place(self, offerings: list[Offering]) -> None:
        """Sets the offering at the chosen office; the only one there is when none was chosen."""
        slug = self.cleaned_data.get("place")
        if not slug and len(offerings) == 1:
            self.offering = offerings[0]
        elif slug:
            self.offering = next((offering for offering in offerings if offering.unit.slug == slug), None)
            if self.offering is None:
                self.add_error("place", _("Nơi này không nhận thủ tục đã chọn. Chọn nơi khác."))


def result_date_data(params: QueryDict, at: datetime) -> dict[str, str]:
    """The query string, with today and now for a missing day and hour."""
    now = at.astimezone(OFFICE_TIME)
    given = {key: value.strip() for key, value in params.items() if isinstance(value, str)}
    return {NAMES["day"]: f"{now:%Y-%m-%d}", NAMES["hour"]: f"{now:%H:%M}", **given}
