"""A second look at what an officer files as no denunciation, where its words read like one: filed so, a whole office
would read who speaks."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.sealed.denunciation_detection import reads_like_denunciation

FIELD: Final = "is_plain"


def plain_field() -> forms.BooleanField:
    """Shown only where it is asked for."""
    return forms.BooleanField(label=gettext_lazy("Không phải tố cáo"), required=False)


def look_again(form: forms.Form, *texts: str) -> None:
    """Ask beside the box, unless it was ticked."""
    if reads_like_denunciation(*texts) and not form.cleaned_data.get(FIELD):
        told = _("Lời ghi đọc như tố cáo. Chọn mục tố cáo để niêm phong; nếu không phải thì đánh dấu ô này.")
        form.add_error(FIELD, told)
