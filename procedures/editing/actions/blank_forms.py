"""Stores the blank forms that editors upload."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from files.kinds import FORMS
from files.models import StoredFile
from files.storage.actions import all_or_nothing, open_upload, store_opened
from procedures.models import FormFile, ProcedureDraft, RequiredDocument
from procedures.versions.actions.change_log import name_actor

UNUSED_AFTER: Final = timedelta(days=30)


def store_blank_form(*, upload: File[bytes], actor: User, at: datetime) -> FormFile:
    """Opens, checks and stores one form, PDF or Word; it becomes public with a version that names it. Raises
    RuleBroken."""
    opened = open_upload(upload=upload, name=upload.name or "", taken=FORMS)
    with all_or_nothing():
        name_actor(actor, at)
        return FormFile.objects.create(file=store_opened(opened=opened, actor=actor, at=at))


@transaction.atomic
def forget_unused_forms(*, at: datetime) -> int:
    """Deletes forms older than a month that no version and no open draft names; returns how many. Their bytes are
    deleted by the next `files.tasks.forget_orphans`. May run twice."""
    name_actor(None, at)
    drafts = ProcedureDraft.objects.open().filter(kind=ProcedureDraft.Kind.VERSION)
    drafted = {
        paper["form"] for content in drafts.values_list("content", flat=True) for paper in content["papers"]
    } - {None}
    used = RequiredDocument.objects.exclude(form=None).values("form")
    unused = FormFile.objects.filter(file__uploaded_at__lt=at - UNUSED_AFTER).exclude(pk__in=used)
    files = dict(unused.exclude(pk__in=drafted).values_list("pk", "file"))
    FormFile.objects.filter(pk__in=files).delete()
    StoredFile.objects.filter(pk__in=files.values()).delete()
    return len(files)
