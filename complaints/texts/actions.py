"""Keeping what is said in a case: as plain rows, or sealed where the law keeps it a secret."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.citizens.phones import tidy_phone
from accounts.models import User
from complaints.models import Case, CaseText, Reporter, SealedBox
from complaints.models.people import LONGEST_TEXT, TextSort
from complaints.sealed.encryption import opened, sealed
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason

REPORTER_FIELDS = ("name", "phone", "email", "address", "id_number", "language")


def in_words(text: str, field: str) -> str:
    """A text without the blanks around it. Raises RuleBroken beside `field` for what tells a citizen nothing."""
    if not is_real_reason(text):
        raise RuleBroken(_("Hãy viết rõ bằng lời, ít nhất 10 chữ cái."), field=field)
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(_("Nội dung dài quá %(most)d chữ.") % {"most": LONGEST_TEXT}, field=field)
    return text.strip()


def keep_words(case: Case, sort: TextSort, text: str, *, event: int, author: User | None, at: datetime) -> None:
    """Nothing is written for an empty text."""
    if not text.strip():
        return
    if case.is_sealed:
        box = sealed({"text": text})
        SealedBox.objects.create(case=case, what=sort.value, event=event, box=box, at=at, author=author)
    else:
        CaseText.objects.create(case=case, sort=sort.value, event=event, text=text, at=at, author=author)


def keep_reporter(case: Case, fields: dict[str, str], *, at: datetime, author: User | None) -> None:
    """With the number as it is looked up, whichever way it came in."""
    fields = {**fields, "phone": tidy_phone(fields["phone"])[:20]}
    if case.is_sealed:
        SealedBox.objects.create(case=case, what="reporter", box=sealed(fields), at=at, author=author)
    else:
        Reporter.objects.create(case=case, **fields)


@transaction.atomic
def note_words(*, case: Case, text: str, actor: User, at: datetime) -> None:
    """An internal note. Raises RuleBroken for an empty one."""
    keep_words(case, TextSort.NOTE, in_words(text, "note"), event=0, author=actor, at=at)


def seal_words(case: Case, *, actor: User | None, at: datetime) -> None:
    """Turn every plain row of a case that has just become a secret into boxes; nothing plain stays behind."""
    reporter = Reporter.objects.filter(case=case).first()
    texts = list(CaseText.objects.filter(case=case))
    if reporter is not None:
        fields = {name: getattr(reporter, name) for name in REPORTER_FIELDS}
        reporter.delete()
        SealedBox.objects.create(case=case, what="reporter", box=sealed(fields), at=at, author=actor)
    CaseText.objects.filter(case=case).delete()
    SealedBox.objects.bulk_create(boxed(one, case) for one in texts)
    if group := [" · ".join(filter(None, (one.name, one.phone, one.address))) for one in case.representatives.all()]:
        case.representatives.all().delete()
        box = sealed({"text": "\n".join(group)})
        SealedBox.objects.create(case=case, what=TextSort.NOTE.value, box=box, at=at, author=actor)


def boxed(one: CaseText, case: Case) -> SealedBox:
    """The same words as a box of `case`, not yet saved."""
    box = sealed({"text": one.text})
    return SealedBox(case=case, what=one.sort, event=one.event, box=box, at=one.at, author=one.author)


def unseal_words(case: Case) -> None:
    """A case that turned out to be no denunciation: its boxes become plain rows, but for scans."""
    boxes = list(SealedBox.objects.filter(case=case).exclude(what="scan"))
    SealedBox.objects.filter(pk__in=[box.pk for box in boxes]).delete()
    for box in boxes:
        said = opened(box.box)
        if box.what == "reporter":
            Reporter.objects.create(case=case, **said)
        else:
            CaseText.objects.create(
                case=case, sort=box.what, event=box.event, text=said["text"], at=box.at, author=box.author
            )
