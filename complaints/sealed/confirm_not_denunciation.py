"""Asks an officer to confirm that a text is no denunciation where it reads like one: as a plain case, the whole office
would read the name of its reporter."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.sealed.denunciation_detection import reads_like_denunciation

FIELD: Final = "is_plain"


def confirmation_field() -> forms.BooleanField:
    """The page shows it only beside its error."""
    return forms.BooleanField(label=gettext_lazy("Không phải tố cáo"), required=False)


def ask_to_confirm(form: forms.Form, *texts: str) -> None:
    """Add an error beside the box, unless it was ticked."""
    if reads_like_denunciation(*texts) and not form.cleaned_data.get(FIELD):
        message = _("Lời ghi đọc như tố cáo. Chọn mục tố cáo để niêm phong; nếu không phải thì đánh dấu ô này.")
        form.add_error(FIELD, message)
