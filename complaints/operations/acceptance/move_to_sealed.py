"""Removes from a plain case what mentions the denunciation that was split off it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from accounts.models import User
from complaints.explanation.log import INTERNAL_EVENTS
from complaints.models import Case, CaseFile, CaseText, ReceptionEntry, SealedBox
from complaints.models.people import TextSort
from complaints.operations.publication.actions import take_down
from complaints.sealed.denunciation_detection import mentions_denunciation
from complaints.sealed.files import seal_files
from complaints.texts.actions import boxed, store_text

REPORTER_TEXTS: Final = (TextSort.SUBJECT, TextSort.CONTENT, TextSort.SUPPLEMENT, TextSort.REOPENING)
"""Texts of the reporter."""


def move_to_sealed(
    case: Case, part: Case, *, denounced: str, remaining: str, author: User | None, at: datetime
) -> None:
    """Texts and files of the reporter and internal notes of officers become boxes of `part`; `remaining` replaces
    them, in the register of citizens received too. What the office wrote to the reporter stays, unless it mentions
    what was `denounced`."""
    inner = {one.number for one in case.events.all() if one.act in INTERNAL_EVENTS}
    texts = [one for one in CaseText.objects.filter(case=case) if _is_moved(one, inner, denounced)]
    SealedBox.objects.bulk_create(_as_of_part(texts, part))
    CaseText.objects.filter(pk__in=[one.pk for one in texts]).delete()
    store_text(case, TextSort.CONTENT, remaining, event=1, author=author, at=case.received_at)
    seal_files(CaseFile.objects.filter(case=case, is_evidence=False), part)
    for entry in ReceptionEntry.objects.filter(case=case):
        _rewrite(entry, denounced, remaining)
    take_down(case)


def _is_moved(one: CaseText, inner: set[int], denounced: str) -> bool:
    """Notes and internal reasons of officers move in any case: they may say why the letter is split."""
    among_officers = one.author_id is not None and (
        one.sort == TextSort.NOTE or (one.sort == TextSort.REASON and one.event in inner)
    )
    return one.sort in REPORTER_TEXTS or among_officers or mentions_denunciation(one.text, denounced)


def _as_of_part(texts: Iterable[CaseText], part: Case) -> Iterable[SealedBox]:
    """The operations they belonged to are not those of `part`: what the reporter added is stored with the letter, what
    officers wrote is a note."""
    for one in texts:
        if one.sort in {TextSort.SUPPLEMENT, TextSort.REOPENING}:
            one.sort, one.event = TextSort.CONTENT.value, 1
        elif one.sort not in REPORTER_TEXTS:
            one.sort, one.event = TextSort.NOTE.value, 0
        yield boxed(one, part)


def _rewrite(entry: ReceptionEntry, denounced: str, remaining: str) -> None:
    entry.content = remaining
    for name in ("result", "note"):
        if mentions_denunciation(getattr(entry, name), denounced):
            setattr(entry, name, "")
    entry.save(update_fields=["content", "result", "note"])
