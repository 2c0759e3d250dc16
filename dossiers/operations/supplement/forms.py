"""The form for defects of the papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.models import SupplementRequest
from dossiers.operations.supplement.actions import Defects
from procedures.models import RequiredDocument

MISSING = [
    ("", _("Đủ")),
    ("original", _("Cần bản chính")),
    ("certified", _("Cần bản chứng thực")),
    ("copy", _("Cần bản sao")),
]


OF_A_PAPER = frozenset(
    {SupplementRequest.Defect.MISSING, SupplementRequest.Defect.COPY, SupplementRequest.Defect.EXPIRED}
)
"""Defects that concern a paper of the list."""


WORDS = _("Hãy viết rõ bằng lời cần bổ sung gì, ít nhất 10 chữ cái.")


NONE_MARKED = _("Đã chọn thiếu sót về giấy tờ thì phải ghi giấy tờ nào chưa đủ.")


class DefectsForm(forms.Form):
    """All defects in one request: codes, a text, and one field for each paper of the procedure."""

    reasons = forms.MultipleChoiceField(
        label=_("Thiếu sót"),
        choices=SupplementRequest.Defect.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một thiếu sót.")},
    )
    text = forms.CharField(
        label=_("Nội dung cần bổ sung"),
        help_text=_("Ghi hết một lần: người nộp chỉ phải bổ sung một lần."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": WORDS},
    )

    def __init__(self, *args: Any, papers: Iterable[RequiredDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = list(papers)
        for paper in self.papers:
            self.fields[f"paper_{paper.pk}"] = forms.ChoiceField(label=paper.name, choices=MISSING, required=False)

    def clean(self) -> dict[str, Any]:
        """Adds an error where a defect of papers is chosen and no paper is marked."""
        cleaned = super().clean() or {}
        names = [f"paper_{paper.pk}" for paper in self.papers]
        of_a_paper = OF_A_PAPER & set(cleaned.get("reasons", ()))
        if names and of_a_paper and not any(cleaned.get(name) or name in self.errors for name in names):
            self.add_error(names[0], NONE_MARKED)
        return cleaned

    @property
    def paper_fields(self) -> list[forms.BoundField]:
        return [self[f"paper_{paper.pk}"] for paper in self.papers]

    @property
    def defects(self) -> Defects:
        typed = self.cleaned_data
        wrong = [(paper.name, typed[f"paper_{paper.pk}"]) for paper in self.papers]
        papers = [{"name": name, "missing": missing, "note": ""} for name, missing in wrong if missing]
        return Defects(typed["reasons"], typed["text"], papers)
