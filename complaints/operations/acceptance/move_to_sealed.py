"""Taking out of a plain case what tells of the denunciation that was split off it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from accounts.models import User
from complaints.explanation.log import INNER
from complaints.models import Case, CaseFile, CaseText, ReceptionEntry, SealedBox
from complaints.models.people import TextSort
from complaints.operations.publication.actions import take_down
from complaints.sealed.denunciation_detection import tells_of
from complaints.sealed.files import seal_files
from complaints.texts.actions import boxed, keep_words

LETTERS: Final = (TextSort.SUBJECT, TextSort.CONTENT, TextSort.SUPPLEMENT, TextSort.REOPENING)
"""What the reporter said."""


def move_to_sealed(
    case: Case, part: Case, *, denounced: str, remaining: str, author: User | None, at: datetime
) -> None:
    """What the reporter said, with its files, and what officers noted of it among themselves become boxes of `part`,
    and go from where everybody at the unit could read them; `remaining` takes their place, in the register of citizens
    received too. What the office told the reporter stays, unless it tells of what was `denounced`."""
    inner = {one.number for one in case.events.all() if one.act in INNER}
    texts = [one for one in CaseText.objects.filter(case=case) if _is_moved(one, inner, denounced)]
    SealedBox.objects.bulk_create(_as_of_part(texts, part))
    CaseText.objects.filter(pk__in=[one.pk for one in texts]).delete()
    keep_words(case, TextSort.CONTENT, remaining, event=1, author=author, at=case.received_at)
    seal_files(CaseFile.objects.filter(case=case, is_evidence=False), part)
    for entry in ReceptionEntry.objects.filter(case=case):
        _rewrite(entry, denounced, remaining)
    take_down(case)


def _is_moved(one: CaseText, inner: set[int], denounced: str) -> bool:
    """An officer's note, or a reason that is for colleagues alone, may say in any words why the letter is split."""
    among_officers = one.author_id is not None and (
        one.sort == TextSort.NOTE or (one.sort == TextSort.REASON and one.event in inner)
    )
    return one.sort in LETTERS or among_officers or tells_of(one.text, denounced)


def _as_of_part(texts: Iterable[CaseText], part: Case) -> Iterable[SealedBox]:
    """The acts they belonged to are not those of `part`: what the reporter added stands with the letter, what officers
    wrote is a note."""
    for one in texts:
        if one.sort in {TextSort.SUPPLEMENT, TextSort.REOPENING}:
            one.sort, one.event = TextSort.CONTENT.value, 1
        elif one.sort not in LETTERS:
            one.sort, one.event = TextSort.NOTE.value, 0
        yield boxed(one, part)


def _rewrite(entry: ReceptionEntry, denounced: str, remaining: str) -> None:
    entry.content = remaining
    for name in ("result", "note"):
        if tells_of(getattr(entry, name), denounced):
            setattr(entry, name, "")
    entry.save(update_fields=["content", "result", "note"])
