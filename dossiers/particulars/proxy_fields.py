"""The form with the proxy's particulars."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.identity import is_passport_number, is_personal_number, tidy
from accounts.staff.fields import DayField
from dossiers.models import ProxyRecord
from dossiers.particulars.proxies import Proxy

MISSING = {
    "proxy_name": gettext_lazy("Hãy ghi họ và tên người nộp thay."),
    "proxy_id": gettext_lazy("Hãy ghi số giấy tờ của người nộp thay."),
    "authority": gettext_lazy("Hãy chọn giấy tờ cho phép nộp thay."),
    "authority_dated": gettext_lazy("Hãy ghi ngày của giấy."),
}
"""Fields required as soon as any field is filled, with their messages."""


def _line(label: Any, most: int, hint: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint, widget=widget)


class ProxyForm(forms.Form):
    """All fields or none; none: the applicant submitted the dossier."""

    proxy_name = _line(gettext_lazy("Người nộp thay"), 200)
    proxy_id = _line(gettext_lazy("Số giấy tờ của người nộp thay"), 40)
    authority = forms.ChoiceField(
        label=gettext_lazy("Giấy tờ cho phép nộp thay"),
        choices=[("", "…"), *ProxyRecord.Paper.choices],
        required=False,
    )
    authority_number = _line(gettext_lazy("Số của giấy"), 60, gettext_lazy("Để trống nếu giấy không có số."))
    authority_dated = DayField(label=gettext_lazy("Ngày của giấy"), required=False)

    def clean_proxy_name(self) -> str:
        return " ".join(self.cleaned_data["proxy_name"].split())

    def clean_proxy_id(self) -> str:
        number = tidy(self.cleaned_data["proxy_id"])
        MaxLengthValidator(20)(number)
        if number and not is_personal_number(number) and not is_passport_number(number):
            raise forms.ValidationError(_("Ghi số căn cước hoặc số hộ chiếu."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any(cleaned.get(name) or name in self.errors for name in (*MISSING, "authority_number")):
            for name, sentence in MISSING.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    @property
    def proxy(self) -> Proxy | None:
        typed = self.cleaned_data
        if not typed["proxy_name"]:
            return None
        return Proxy(
            name=typed["proxy_name"],
            id_number=typed["proxy_id"],
            paper=typed["authority"],
            paper_number=typed["authority_number"].strip(),
            paper_dated=typed["authority_dated"],
        )

    @property
    def is_begun(self) -> bool:
        """Whether anything is typed; the page then shows the fields open."""
        return any(str(field.value() or "").strip() for field in self) or bool(self.errors)


def fields_of(proxy: Proxy | None) -> dict[str, Any]:
    """Initial values for a stored proxy."""
    if proxy is None:
        return {}
    return {
        "proxy_name": proxy.name,
        "proxy_id": proxy.id_number,
        "authority": proxy.paper,
        "authority_number": proxy.paper_number,
        "authority_dated": proxy.paper_dated,
    }
