"""What officers do with messages that were set aside: open one, on record; make it a case, add it to a case, or
dismiss it with a reason."""

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
from complaints.intake.mailbox.messages import ParsedMail, parse_mail
from complaints.intake.mailbox.take_in import examine_attached, note_left_out
from complaints.models import Case, Category, Mail, MailReading
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.registration.actions import NewCase
from complaints.registration.files import receive_with_accepted
from complaints.sealed.encryption import decrypt_bytes
from complaints.texts.actions import checked_text
from complaints.tracking.add_reporter_text import add_reporter_text
from files.faults import Unfit
from files.storage.actions import Accepted, all_or_nothing, refuse_infected
from files.wording import sentence
from units.rules import RuleBroken

_BY_HAND: Final = UUID("c1f1f5de-4f56-4e0c-8b6e-3f6f4f0f7c52")
MAIL_NAME: Final = "thu-%d.eml"
Fate = Mail.Fate


@dataclass(frozen=True, slots=True)
class Filing:
    """A case as an officer fills it in from a message."""

    category: Category
    subject: str
    content: str
    name: str = ""
    email: str = ""


@transaction.atomic
def open_mail(*, mail: Mail, reader: User, at: datetime, is_whole: bool = False) -> bytes:
    """The message as it came; opening it is recorded first. Empty for one that was never fetched."""
    MailReading.objects.create(mail=mail, user=reader, at=at, is_whole=is_whole)
    return decrypt_bytes(mail.raw) if mail.raw else b""


def hand_out_mail(*, mail: Mail, reader: User, at: datetime) -> bytes:
    """The whole message, to be saved. Raises RuleBroken where the antivirus recognises something or is away."""
    raw = open_mail(mail=mail, reader=reader, at=at, is_whole=True)
    try:
        refuse_infected(raw)
    except Unfit as unfit:
        raise RuleBroken(sentence(unfit, MAIL_NAME % mail.pk)) from unfit
    return raw


def file_mail(*, mail: Mail, filing: Filing, actor: User, at: datetime) -> Case:
    """Make it a case with its fit files; the others stay in the stored message, and a note names them.

    The reporter gets the usual notice. Raises RuleBroken, also where somebody else was faster.
    """
    parsed = _letter_of(mail)
    accepted, left_out = _fit_files(parsed)
    with all_or_nothing():
        mail = _locked(mail)
        case = receive_with_accepted(new=_new_case(mail, filing, parsed, at), accepted=accepted, actor=actor, at=at)
        _close(mail, Fate.CASE, case, left_out, actor, at)
    return case


def add_mail(*, mail: Mail, case: Case, text: str, actor: User, at: datetime) -> Case:
    """Add it to a case as further text of its reporter, with its files as above. Raises RuleBroken."""
    parsed = _letter_of(mail)
    accepted, left_out = _fit_files(parsed)
    with all_or_nothing():
        mail = _locked(mail)
        case = add_reporter_text(case=case, text=text, accepted=accepted, at=at)
        _close(mail, Fate.THREAD, case, left_out, actor, at)
    return case


@transaction.atomic
def dismiss_mail(*, mail: Mail, reason: str, actor: User, at: datetime) -> Mail:
    """Dismiss it; its bytes are deleted after a month. Raises RuleBroken without a reason in words."""
    mail = _locked(mail)
    mail.reason = checked_text(reason, "reason")[:500]
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
    """Record what it became; with a sealed case, erase its sender."""
    if left_out:
        note_left_out(case, left_out, author=actor, at=at)
    if case.is_sealed:
        mail.is_secret, mail.sender, mail.message_id = True, "", ""
    mail.fate, mail.case, mail.closed_by, mail.closed_at = fate, case, actor, at
    mail.save(update_fields=["fate", "case", "closed_by", "closed_at", "is_secret", "sender", "message_id"])


def _letter_of(mail: Mail) -> ParsedMail | None:
    """None for a message that was never fetched, or that no worker could read: the web does not try either."""
    return parse_mail(decrypt_bytes(mail.raw)) if mail.raw and mail.why != Mail.Why.FAILED else None


def _fit_files(parsed: ParsedMail | None) -> tuple[list[Accepted], list[str]]:
    """What is fit of the attached files, and a sentence for each of the others."""
    attached = examine_attached(parsed.attached if parsed else ())
    return attached.accepted, [*attached.unfit, *attached.beyond]


def _new_case(mail: Mail, filing: Filing, parsed: ParsedMail | None, at: datetime) -> NewCase:
    is_known = parsed is not None and parsed.is_identified
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
        message_id=parsed.message_id if parsed and is_known and parsed.sender == filing.email.lower() else "",
    )
