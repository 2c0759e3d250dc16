"""Blank forms that editors send."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File

from accounts.models import User
from files.actions import all_or_nothing, keep_opened, open_upload
from files.kinds import FORMS
from procedures.models import FormFile


def keep_form(*, upload: File[bytes], actor: User, at: datetime) -> FormFile:
    """Open, check and keep one form, PDF or Word; nobody sees it before a version that names it is in force. Raises
    RuleBroken."""
    opened = open_upload(upload=upload, name=upload.name or "", taken=FORMS)
    with all_or_nothing():
        return FormFile.objects.create(file=keep_opened(opened=opened, actor=actor, at=at))
