"""Forms for following a dossier."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.identity import plain

HOME = "VN"
RECEIVES_TEXTS = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


class FollowForm(forms.Form):
    """One field for both kinds of address: with "@" an e-mail address, else a telephone number."""

    address = forms.CharField(
        label=gettext_lazy("Thư điện tử hoặc số di động"),
        help_text=gettext_lazy("Chỉ dùng để báo tin về hồ sơ này. Ngừng nhận bằng một lần bấm."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Hãy ghi địa chỉ thư điện tử hoặc số di động.")},
    )

    def clean_address(self) -> str:
        typed = plain(self.cleaned_data["address"]).strip()
        return _mailbox(typed) if "@" in typed else _mobile(typed)

    @property
    def address_given(self) -> dict[str, str]:
        """As {"email": …} or {"phone": …}, the number in E.164."""
        found: str = self.cleaned_data["address"]
        return {"email": found} if "@" in found else {"phone": found}


class DigitsForm(forms.Form):
    """The six digits of a text message, with or without spaces."""

    digits = forms.CharField(
        label=gettext_lazy("Mã xác nhận"),
        help_text=gettext_lazy("Sáu chữ số trong tin nhắn vừa gửi."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Hãy ghi mã xác nhận.")},
    )

    def clean_digits(self) -> str:
        return re.sub(r"\s+", "", plain(self.cleaned_data["digits"]))


def _mailbox(typed: str) -> str:
    address = typed.lower()
    try:
        validate_email(address)
    except forms.ValidationError as wrong:
        raise forms.ValidationError(_("Địa chỉ thư điện tử này chưa đúng, ví dụ: ten@example.vn.")) from wrong
    return address


def _mobile(typed: str) -> str:
    wrong = forms.ValidationError(_("Số này không phải số di động. Ghi như 0912 345 678, hoặc một địa chỉ thư."))
    try:
        number: Any = phonenumbers.parse(typed, HOME)
    except phonenumbers.NumberParseException:
        raise wrong from None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in RECEIVES_TEXTS:
        raise wrong
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
