"""Stores texts and reporter of a case: as plain rows, or encrypted where the law keeps them secret."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.citizens.phones import tidy_phone
from accounts.models import User
from complaints.models import Case, CaseText, Reporter, SealedBox
from complaints.models.people import LONGEST_TEXT, TextSort
from complaints.sealed.encryption import decrypt_json, encrypt_json
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason

REPORTER_FIELDS = ("name", "phone", "email", "address", "id_number", "language")


def checked_text(text: str, field: str) -> str:
    """The stripped text. Raises RuleBroken beside `field` for one without enough words, or too long."""
    if not is_real_reason(text):
        raise RuleBroken(_("Hãy viết rõ bằng lời, ít nhất 10 chữ cái."), field=field)
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(_("Nội dung dài quá %(most)d chữ.") % {"most": LONGEST_TEXT}, field=field)
    return text.strip()


def store_text(case: Case, sort: TextSort, text: str, *, event: int, author: User | None, at: datetime) -> None:
    """Nothing is written for an empty text."""
    if not text.strip():
        return
    if case.is_sealed:
        box = encrypt_json({"text": text})
        SealedBox.objects.create(case=case, what=sort.value, event=event, box=box, at=at, author=author)
    else:
        CaseText.objects.create(case=case, sort=sort.value, event=event, text=text, at=at, author=author)


def store_reporter(case: Case, fields: dict[str, str], *, at: datetime, author: User | None) -> None:
    """The telephone number is stored as look-ups spell it."""
    fields = {**fields, "phone": tidy_phone(fields["phone"])[:20]}
    if case.is_sealed:
        SealedBox.objects.create(case=case, what="reporter", box=encrypt_json(fields), at=at, author=author)
    else:
        Reporter.objects.create(case=case, **fields)


@transaction.atomic
def add_note(*, case: Case, text: str, actor: User, at: datetime) -> None:
    """An internal note. Raises RuleBroken for an empty one."""
    store_text(case, TextSort.NOTE, checked_text(text, "note"), event=0, author=actor, at=at)


def seal_words(case: Case, *, actor: User | None, at: datetime) -> None:
    """Encrypt every plain row of a case that has just proved to be a denunciation; nothing plain is left."""
    reporter = Reporter.objects.filter(case=case).first()
    texts = list(CaseText.objects.filter(case=case))
    if reporter is not None:
        fields = {name: getattr(reporter, name) for name in REPORTER_FIELDS}
        reporter.delete()
        SealedBox.objects.create(case=case, what="reporter", box=encrypt_json(fields), at=at, author=actor)
    CaseText.objects.filter(case=case).delete()
    SealedBox.objects.bulk_create(boxed(one, case) for one in texts)
    if group := [" · ".join(filter(None, (one.name, one.phone, one.address))) for one in case.representatives.all()]:
        case.representatives.all().delete()
        box = encrypt_json({"text": "\n".join(group)})
        SealedBox.objects.create(case=case, what=TextSort.NOTE.value, box=box, at=at, author=actor)


def boxed(one: CaseText, case: Case) -> SealedBox:
    """The same words as a box of `case`, not yet saved."""
    box = encrypt_json({"text": one.text})
    return SealedBox(case=case, what=one.sort, event=one.event, box=box, at=one.at, author=one.author)


def unseal_words(case: Case) -> None:
    """Decrypt the boxes of a case that proved to be no denunciation into plain rows, all but scans."""
    boxes = list(SealedBox.objects.filter(case=case).exclude(what="scan"))
    SealedBox.objects.filter(pk__in=[box.pk for box in boxes]).delete()
    for box in boxes:
        value = decrypt_json(box.box)
        if box.what == "reporter":
            Reporter.objects.create(case=case, **value)
        else:
            CaseText.objects.create(
                case=case, sort=box.what, event=box.event, text=value["text"], at=box.at, author=box.author
            )
