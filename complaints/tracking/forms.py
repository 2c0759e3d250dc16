"""Forms of a reporter: further text, rating."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import CaseRating
from complaints.registration.fields import FilesForm
from complaints.texts.actions import checked_text
from complaints.texts.sanitising import sanitised
from units.rules import RuleBroken


class SayForm(forms.Form):
    words = forms.CharField(
        label=_("Nội dung"),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")},
    )

    def clean_words(self) -> str:
        try:
            return checked_text(sanitised(self.cleaned_data["words"]), "words")
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message) from broken


class SupplementForm(SayForm, FilesForm):
    """What was asked for, with photographs or papers."""


class ScoreForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("Vấn đề đã được giải quyết chưa?"),
        coerce=int,
        choices=list(reversed(CaseRating.Score.choices)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một mức."), "invalid_choice": _("Hãy chọn một trong năm mức.")},
    )
