"""Counts an attempt before a message is read: one that kills the worker each time must not be retried for ever."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.intake.mailbox.messages import content_of
from complaints.intake.mailbox.take_in import process_mail, receiving_unit
from complaints.models import Mail
from complaints.models.mail import MailQuerySet
from complaints.sealed.encryption import decrypt_bytes, encrypt_bytes
from complaints.sealed.fingerprints import fingerprint, fingerprints
from units.rules import RuleBroken

log = structlog.get_logger(__name__)

MOST_ATTEMPTS: Final = 3
_RAW: Final = "raw"
Fate, Why = Mail.Fate, Mail.Why


def was_tried(raw: bytes) -> bool:
    """Whether reading this message has begun before and did not come to an end."""
    return _tried(raw).filter(fate=Fate.WAITING, attempts__gt=0).exists()


def process_counted(*, raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    """As `process_mail`; a message that failed three times waits for a person. Call it outside of any transaction: the
    count of a killed worker must stay."""
    tried = _counted(raw, arrived_at, at)
    if tried.fate != Fate.WAITING:
        return tried
    if tried.attempts > MOST_ATTEMPTS:
        return _set_aside(tried, raw, at)
    mail = process_mail(raw=raw, arrived_at=arrived_at, at=at)
    _close(tried, at)
    return mail


def retry_mail(*, mail: Mail, actor: User, at: datetime) -> None:
    """Have the worker read a message once more that it could not read three times. Raises RuleBroken."""
    again = Mail.objects.filter(pk=mail.pk, fate=Fate.ASIDE, why=Why.FAILED)
    if not again.update(fate=Fate.WAITING, attempts=0, closed_by=actor, closed_at=at, at=at):
        raise RuleBroken(_("Thư này vừa có người xử lý."))


def process_next_retried(*, at: datetime) -> bool:
    """Take one message that somebody asked to try again; False where there is none."""
    mail = Mail.objects.waiting().filter(raw__isnull=False).order_by("arrived_at", "pk").first()
    if mail is None or mail.raw is None:
        return False
    process_counted(raw=decrypt_bytes(mail.raw), arrived_at=mail.arrived_at, at=at)
    return True


@transaction.atomic
def _counted(raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    found = _tried(raw).defer("raw").first()
    if found is None:
        return Mail.objects.create(
            digest=fingerprint(_RAW, _digest(raw)),
            content=fingerprint("content", content_of(raw)),
            fate=Fate.WAITING,
            attempts=1,
            unit=receiving_unit(at),
            size=len(raw),
            arrived_at=arrived_at,
            at=at,
        )
    Mail.objects.filter(pk=found.pk, fate=Fate.WAITING).update(attempts=F("attempts") + 1)
    return Mail.objects.defer("raw").get(pk=found.pk)


def _tried(raw: bytes) -> MailQuerySet:
    """The row that counts, found by the bytes of the message: parsing them may be what goes wrong."""
    return Mail.objects.filter(digest__in=fingerprints(_RAW, _digest(raw)))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _set_aside(tried: Mail, raw: bytes, at: datetime) -> Mail:
    log.error("mail_set_aside", attempts=tried.attempts - 1)
    tried.fate, tried.why, tried.raw, tried.at = Fate.ASIDE, Why.FAILED, encrypt_bytes(raw), at
    tried.save(update_fields=["fate", "why", "raw", "at"])
    return tried


def _close(tried: Mail, at: datetime) -> None:
    """Delete the counting row: the row of the result replaces it. One that somebody opened stays with that record."""
    rows = Mail.objects.filter(pk=tried.pk, fate=Fate.WAITING)
    if tried.readings.exists():
        rows.update(fate=Fate.IGNORED, why=Why.FAILED, raw=None, at=at)
    else:
        rows.delete()
