"""Files of a case on their way into sealed boxes, and out of them again."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Final

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from complaints.models import Case, CaseFile, SealedBox
from complaints.sealing import opened_bytes, sealed_bytes
from files.actions import keep_opened, open_upload, store
from files.kinds import ENDINGS
from files.sniffing import kind_of

SCAN: Final = "scan"
NAMELESS: Final = ""


def seal_files(files: QuerySet[CaseFile], into: Case) -> None:
    """Their bytes become boxes of `into`, their names are forgotten. Rows go at once, the plain bytes when the
    transaction is through; copies made before, as in a backup, are out of reach."""
    for one in files.select_related("stored"):
        with store().open(one.stored.storage_name) as kept:
            box = sealed_bytes(kept.read())
        SealedBox.objects.create(case=into, what=SCAN, event=1, box=box, at=one.at, author=one.author)
        one.delete()
        one.stored.delete()
        transaction.on_commit(partial(store().delete, one.stored.storage_name))


def unseal_files(case: Case, *, at: datetime) -> None:
    """The scans of a case that turned out to be no denunciation are files like any other, opened and cleaned again.
    Call it within `all_or_nothing()`."""
    for place, box in enumerate(SealedBox.objects.filter(case=case, what=SCAN), 1):
        data = opened_bytes(box.box)
        name = f"{place}.{ENDINGS[kind_of(data, NAMELESS)][0]}"
        opened = open_upload(upload=File(BytesIO(data), name=name), name=name)
        stored = keep_opened(opened=opened, actor=box.author, at=at)
        CaseFile.objects.create(case=case, stored=stored, at=box.at, author=box.author)
        box.delete()
