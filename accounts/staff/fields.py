"""Fields that many forms have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from units.rules import RuleBroken

REASON = _("Lý do")
REASON_SHORT = _("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái.")


def line(
    label: Any,
    most: int,
    *,
    missing: Any = "",
    required: bool | None = None,
    hint: Any = "",
    mode: str = "",
    key: str = "",
) -> forms.CharField:
    """One line of text; required when there is a sentence for its being `missing`, unless `required` says otherwise.

    `mode` is the keyboard a telephone shows, `key` the access key of the field.
    """
    more = {"inputmode": mode, "accesskey": key}
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(missing) if required is None else required,
        error_messages={"required": missing} if missing else {},
        widget=forms.TextInput(attrs={"autocomplete": "off"} | {name: value for name, value in more.items() if value}),
    )


def paragraph(label: Any, *, most: int = 1000, missing: Any = "", hint: Any = "", rows: int = 3) -> forms.CharField:
    """Several lines of text; required when there is a sentence for its being `missing`."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(missing),
        error_messages={"required": missing} if missing else {},
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
    )


def given_reason(label: Any = REASON) -> forms.CharField:
    """A reason the applicant will read."""
    return paragraph(label, missing=REASON_SHORT)


def choice(label: Any, choices: Any, *, missing: Any = "", hint: Any = "", radio: bool = False) -> forms.ChoiceField:
    """One of few; as radio buttons, or as a list with an empty first line unless something is chosen already."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=bool(missing),
        error_messages={"required": missing} if missing else {},
        widget=forms.RadioSelect if radio else forms.Select,
    )


DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y-%m-%d"]  # the last one for programs


PHONE = RegexValidator(r"\A\+?([\s.()-]*[0-9]){8,15}[\s.()-]*\Z", gettext_lazy("Số điện thoại gồm 8 đến 15 chữ số."))


class DayField(forms.DateField):
    """A day typed as dd/mm/yyyy: native date inputs follow the browser's language, not the page's."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": gettext_lazy("ngày/tháng/năm")}
        widget = forms.DateInput(attrs=attrs, format="%d/%m/%Y")
        errors = {
            "required": gettext_lazy("Hãy ghi ngày."),
            "invalid": gettext_lazy("Ghi ngày theo mẫu 31/12/2026."),
        }
        super().__init__(input_formats=DAY_FORMATS, widget=widget, error_messages=errors, **kwargs)


def add_broken(form: forms.Form, broken: RuleBroken) -> None:
    """Put the sentence of a broken rule beside its field, or above the form when it is about none of its fields."""
    form.add_error(broken.field if broken.field in form.fields else None, broken.message)
