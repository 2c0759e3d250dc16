"""Fields and limits that several forms of intake share."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.clock.states import NAMED_KINDS, Kind
from complaints.texts.actions import checked_text
from complaints.texts.sanitising import sanitised
from files.uploads.fields import SeveralFilesField
from units.rules import RuleBroken

MOST_FILES: Final = 5


MOST_PEOPLE: Final = 10_000


class FilesForm(forms.Form):
    """Photographs and documents, chosen beside the last button: a browser forgets them with every other answer."""

    uploads = SeveralFilesField(
        label=gettext_lazy("Ảnh, giấy tờ kèm theo"),
        help_text=format_lazy(
            gettext_lazy("Nhiều nhất {n} tệp PDF, JPEG, PNG hoặc TIFF, mỗi tệp không quá {mb} MB."),
            n=MOST_FILES,
            mb=settings.MAX_UPLOAD_MB,
        ),
    )

    def clean_uploads(self) -> list[UploadedFile[Any]]:
        uploads: list[UploadedFile[Any]] = self.cleaned_data["uploads"]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("Nhiều nhất %(n)d tệp.") % {"n": MOST_FILES})
        return uploads


def clean_text(form: forms.Form, name: str, *, message: Any = "") -> str:
    """The sanitised text of a field. Raises ValidationError, with `message` where given, unless it is a real text."""
    try:
        return checked_text(sanitised(form.cleaned_data[name]), name)
    except RuleBroken as broken:
        raise forms.ValidationError(message or broken.message) from broken


def required_of(kind: Kind) -> dict[str, str]:
    """Fields that the law requires for this kind, each with the message where it is missing."""
    if kind not in NAMED_KINDS:
        return {}
    return {
        "name": _("Hãy ghi họ và tên: loại này không nhận nặc danh."),
        "phone": _("Hãy ghi số điện thoại để liên hệ."),
        "address": _("Hãy ghi địa chỉ để gửi trả lời."),
    }
