"""What people do with messages that were put aside: look, on record; make it a case, or words of one; dismiss,
with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import Kind
from complaints.intake.mailbox.messages import Letter, read_letter
from complaints.intake.mailbox.take_in import examine_attached, note_left_out
from complaints.models import Case, Category, Mail, MailReading
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.registration.actions import NewCase
from complaints.registration.files import receive_with_files
from complaints.sealed.encryption import opened_bytes
from complaints.texts.actions import in_words
from complaints.tracking.add_words import add_words
from files.storage.actions import Accepted, all_or_nothing
from units.rules import RuleBroken

_BY_HAND: Final = UUID("c1f1f5de-4f56-4e0c-8b6e-3f6f4f0f7c52")
Fate = Mail.Fate


@dataclass(frozen=True, slots=True)
class Filing:
    """What a person made of a message: its words as they should stand, what it is about, who wrote it."""

    category: Category
    subject: str
    content: str
    name: str = ""
    email: str = ""


@transaction.atomic
def open_mail(*, mail: Mail, reader: User, at: datetime, is_whole: bool = False) -> bytes:
    """The message as it came; that it was opened is written down first. Empty for one that was never fetched."""
    MailReading.objects.create(mail=mail, user=reader, at=at, is_whole=is_whole)
    return opened_bytes(mail.raw) if mail.raw else b""


def file_mail(*, mail: Mail, filing: Filing, actor: User, at: datetime) -> Case:
    """Make it a case, with those of its files that are fit; the others stay in the kept message, and a note says so.

    The reporter is told as if it had come by itself. Raises RuleBroken, also where somebody else was faster.
    """
    letter = _letter_of(mail)
    accepted, left_out = _fit_files(letter)
    with all_or_nothing():
        mail = _locked(mail)
        case = receive_with_files(voice=_voice(mail, filing, letter, at), accepted=accepted, actor=actor, at=at)
        _close(mail, Fate.CASE, case, left_out, actor, at)
    return case


def add_mail(*, mail: Mail, case: Case, said: str, actor: User, at: datetime) -> Case:
    """Make it further words of a case's reporter, with its files as above. Raises RuleBroken."""
    letter = _letter_of(mail)
    accepted, left_out = _fit_files(letter)
    with all_or_nothing():
        mail = _locked(mail)
        case = add_words(case=case, said=said, accepted=accepted, at=at)
        _close(mail, Fate.THREAD, case, left_out, actor, at)
    return case


@transaction.atomic
def dismiss_mail(*, mail: Mail, reason: str, actor: User, at: datetime) -> Mail:
    """It becomes nothing; its bytes are kept for a month more. Raises RuleBroken without a reason in words."""
    mail = _locked(mail)
    mail.reason = in_words(reason, "reason")[:500]
    mail.fate, mail.closed_by, mail.closed_at = Fate.DISMISSED, actor, at
    mail.at = at
    mail.save(update_fields=["fate", "reason", "closed_by", "closed_at", "at"])
    return mail


def _locked(mail: Mail) -> Mail:
    mail = Mail.objects.select_for_update(of=("self",)).select_related("unit").get(pk=mail.pk)
    if mail.fate != Fate.ASIDE:
        raise RuleBroken(_("Thư này vừa có người xử lý."))
    return mail


def _close(mail: Mail, fate: Mail.Fate, case: Case, left_out: Sequence[str], actor: User, at: datetime) -> None:
    """Say what it became; beside a sealed case nothing of its writer stays."""
    if left_out:
        note_left_out(case, left_out, author=actor, at=at)
    if case.is_sealed:
        mail.is_secret, mail.sender, mail.message_id = True, "", ""
    mail.fate, mail.case, mail.closed_by, mail.closed_at = fate, case, actor, at
    mail.save(update_fields=["fate", "case", "closed_by", "closed_at", "is_secret", "sender", "message_id"])


def _letter_of(mail: Mail) -> Letter | None:
    """None for a message that was never fetched, or that no worker could read: the web does not try either."""
    return read_letter(opened_bytes(mail.raw)) if mail.raw and mail.why != Mail.Why.FAILED else None


def _fit_files(letter: Letter | None) -> tuple[list[Accepted], list[str]]:
    """What is fit of the attached files, and a sentence for each of the others."""
    attached = examine_attached(letter.attached if letter else ())
    return attached.accepted, [*attached.unfit, *attached.beyond]


def _voice(mail: Mail, filing: Filing, letter: Letter | None, at: datetime) -> NewCase:
    is_known = letter is not None and letter.is_identified
    return NewCase(
        request_key=uuid5(_BY_HAND, mail.digest),
        kind=Kind(filing.category.kind),
        channel=Channel.EMAIL,
        unit=mail.unit,
        category=filing.category,
        subject=filing.subject,
        content=filing.content,
        person=Person(name=filing.name or filing.email, email=filing.email),
        received_at=min(mail.arrived_at, at),
        message_id=letter.message_id if letter and is_known and letter.sender == filing.email.lower() else "",
    )
