"""The form of the offices that take a procedure in: one row for every office of its level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.editing.forms.drafts import PROMISED, DecisionForm, add_form_error, number_field
from procedures.models import Procedure
from procedures.versions.checking import Fault
from procedures.versions.content import Content
from procedures.versions.offices import handlers_of, offices_of
from units.clock.due_dates import TermUnit

PREFIX: Final = "noi"


class OfficesForm(DecisionForm):
    everywhere = forms.BooleanField(
        label=gettext_lazy("Mọi nơi cùng cấp đều nhận"),
        required=False,
        help_text=gettext_lazy("Nơi chưa đánh dấu ở dưới cũng được tính là nhận, tự giải quyết, không cam kết riêng."),
    )


class OfficeRow(forms.Form):
    """`title` names the office."""

    unit = forms.IntegerField(widget=forms.HiddenInput)
    takes = forms.BooleanField(label=gettext_lazy("Nhận thủ tục này"), required=False)
    handler = forms.TypedChoiceField(
        label=gettext_lazy("Đơn vị giải quyết"), required=False, coerce=int, empty_value=None
    )
    amount = number_field(gettext_lazy("Thời hạn cam kết"), 3_000)
    term_unit = forms.ChoiceField(label=gettext_lazy("Đơn vị cam kết"), choices=PROMISED, required=False)
    cut_off = forms.TimeField(
        label=gettext_lazy("Giờ chốt trong ngày"),
        required=False,
        error_messages={"invalid": gettext_lazy("Ghi giờ theo mẫu 11:30.")},
        widget=forms.TimeInput(attrs={"autocomplete": "off", "inputmode": "numeric"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, handlers: list[tuple[int, str]], names: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["handler"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("nơi nhận tự giải quyết")), *handlers]
        key = str(self["unit"].value())
        self.title = names.get(int(key), "") if key.isdecimal() else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("term_unit") == TermUnit.SAME_DAY:
            cleaned["amount"] = 0
        if (cleaned.get("amount") is None) != (not cleaned.get("term_unit")) and "amount" not in self.errors:
            self.add_error("amount", _("Thời hạn cam kết gồm cả số và đơn vị; trống cả hai là theo quy định."))
        return cleaned


class OfficesSheet:
    """A whole draft of offices on one page."""

    def __init__(
        self, procedure: Procedure, content: Content, decision: Mapping[str, Any], data: QueryDict | None = None
    ) -> None:
        self.form = OfficesForm(data, initial=dict(decision))
        offices = offices_of(procedure)
        names = {unit.pk: unit.name for unit in offices}
        offers = {offer["unit"]: offer for offer in content["offers"]}
        given = [_given(unit.pk, offers.get(unit.pk)) for unit in offices]
        factory = forms.formset_factory(OfficeRow, extra=0, max_num=len(given), absolute_max=len(given))
        handlers = [(unit.pk, unit.name) for unit in handlers_of(procedure)]
        kwargs = {"handlers": handlers, "names": names}
        self.offices: forms.BaseFormSet[Any] = factory(data, prefix=PREFIX, initial=given, form_kwargs=kwargs)
        self.errors: list[str] = []

    def is_valid(self) -> bool:
        judged = [self.form.is_valid(), self.offices.is_valid()]  # a list, so that both are validated
        forgotten = [] if self.form.cleaned_data.get("everywhere") else list(filter(_is_forgotten, self.offices.forms))
        for row in forgotten:
            row.add_error("takes", _("Hãy đánh dấu nơi này nhận, hoặc xóa phần đã ghi ở đây."))
        add_form_error(self.form, _("Nơi nhận"), self.offices)
        return all(judged) and not forgotten

    def add_faults(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault.field == "offices":
                self.errors.append(fault.message)
            self.form.add_error(fault.field if fault.field in self.form.fields else None, fault.message)

    @property
    def content(self) -> Content:
        """What was typed, in the shape of `procedures.versions.offices`; only after `is_valid`."""
        rows = [row.cleaned_data for row in self.offices.forms]
        everywhere = self.form.cleaned_data["everywhere"]
        return {"offers": [_offer(row) for row in rows if row["takes"] or everywhere]}

    @property
    def decision(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in ("decision", "decided_on", "valid_from")}


def _is_forgotten(row: OfficeRow) -> bool:
    """Values were typed for an office that is not ticked and was not before."""
    typed = row.cleaned_data
    is_typed = (
        typed.get("handler") or typed.get("amount") is not None or typed.get("term_unit") or typed.get("cut_off")
    )
    return bool(is_typed) and not typed.get("takes") and not row.initial.get("takes")


def _given(unit: int, offer: Mapping[str, Any] | None) -> dict[str, Any]:
    if offer is None:
        return {"unit": unit, "takes": False}
    handler = "" if offer["handler"] == unit else offer["handler"]
    return {**offer, "takes": True, "handler": handler}


def _offer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unit": row["unit"],
        "handler": row["handler"] or row["unit"],
        "amount": row["amount"],
        "term_unit": row["term_unit"],
        "cut_off": f"{row['cut_off']:%H:%M}" if row["cut_off"] else None,
    }
