"""The rating form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.citizens.secret import is_mistyped
from dossiers.models import Rating
from dossiers.models.ratings import MOST_REASONS, MOST_WORDS


class RatingForm(forms.Form):
    """Five faces, up to three reasons, free text; and the slip's secret where this browser has not unlocked the
    dossier."""

    score = forms.TypedChoiceField(
        label=_("Ông/bà có hài lòng không?"),
        coerce=int,
        choices=list(reversed(Rating.Score.choices)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một mức."), "invalid_choice": _("Hãy chọn một trong năm mức.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Vì sao? Chọn nhiều nhất ba điều"),
        required=False,
        choices=Rating.Reason.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Hãy chọn trong các điều đã nêu.")},
    )
    words = forms.CharField(
        label=_("Ông/bà muốn nói thêm điều gì?"),
        help_text=_("Không ghi tên, số điện thoại: người phục vụ không biết ai đã đánh giá."),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Nhiều nhất 1.000 chữ.")},
    )
    secret = forms.CharField(
        label=_("Mã tra cứu"),
        help_text=_("Mười chữ và số (giấy cũ: sáu), in cạnh mã QR trên giấy hẹn."),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={
            "required": _("Hãy ghi mã tra cứu in trên giấy hẹn."),
            "max_length": _("Mã tra cứu có mười chữ và số."),
        },
    )

    def clean_secret(self) -> str:
        typed: str = self.cleaned_data["secret"]
        if is_mistyped(typed):
            raise forms.ValidationError(_("Mã tra cứu gõ sai một chữ. Xin xem lại."))
        return typed

    def __init__(self, *args: Any, is_unlocked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_unlocked:
            del self.fields["secret"]

    def clean_reasons(self) -> list[str]:
        reasons: list[str] = self.cleaned_data["reasons"]
        if len(reasons) > MOST_REASONS:
            raise forms.ValidationError(_("Chọn nhiều nhất ba điều."))
        return reasons
