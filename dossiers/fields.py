"""Fields that many forms have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
        widget=forms.TextInput(attrs={"autocomplete": "off"} | {name: said for name, said in more.items() if said}),
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
