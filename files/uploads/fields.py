"""Form fields for files. The kind of a file is determined by `store_file`, not here."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from files.kinds import MIME, SCANS

ACCEPTED: Final = ",".join(MIME[kind] for kind in SCANS)


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """None, one or more files; the cleaned value is a list."""

    widget = SeveralFilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SeveralFilesInput(attrs={"accept": ACCEPTED}))
        super().__init__(required=False, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        return [super(SeveralFilesField, self).clean(one, initial) for one in data or ()]
