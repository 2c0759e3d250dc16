"""Taking out of a plain case what tells of the denunciation that was split off it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from complaints.actions.words import boxed
from complaints.models import Case, CaseFile, CaseText, Publication, SealedBox
from complaints.models.people import TextSort
from complaints.sealing import sealed_bytes
from files.actions import store

LETTERS: Final = (TextSort.SUBJECT, TextSort.CONTENT, TextSort.SUPPLEMENT, TextSort.REOPENING)
"""What the reporter said; what the office said stays."""


def move_to_sealed(case: Case, part: Case, *, at: datetime) -> None:
    """The reporter's words and files become boxes of `part`, and go from where everybody at the unit could read them:
    rows at once, bytes when the transaction is through. Copies made before, as in a backup, are out of reach."""
    texts = list(CaseText.objects.filter(case=case, sort__in=LETTERS))
    SealedBox.objects.bulk_create(boxed(one, part) for one in texts)
    CaseText.objects.filter(pk__in=[one.pk for one in texts]).delete()
    for one in CaseFile.objects.filter(case=case, is_evidence=False).select_related("stored"):
        with store().open(one.stored.storage_name) as kept:
            box = sealed_bytes(kept.read())
        SealedBox.objects.create(case=part, what="scan", event=1, box=box, at=one.at, author=one.author)
        one.delete()
        one.stored.delete()
        transaction.on_commit(partial(store().delete, one.stored.storage_name))
    if Publication.objects.filter(case=case).exists():
        Publication.objects.filter(case=case).delete()
        case.published_at = None
        case.save(update_fields=["published_at"])
