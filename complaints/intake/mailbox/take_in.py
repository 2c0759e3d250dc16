"""Makes each message a case, or further text of a case, exactly once; ignores it, or sets it aside for a person.

The row of a message is written in the transaction of what it becomes: a worker that dies before the commit has done
nothing; one that dies before it deleted the message on the server finds the row and only deletes the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID, uuid5

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import Kind
from complaints.intake.mailbox.messages import AttachedFile, ParsedMail, parse_mail
from complaints.intake.mailbox.threads import ID, continued_case, mentions_case
from complaints.models import Case, Mail
from complaints.models.labels import Channel
from complaints.models.people import LONGEST_TEXT, Person, TextSort
from complaints.registration.actions import NewCase
from complaints.registration.choices import offices, reception
from complaints.registration.files import receive_with_accepted
from complaints.sealed.denunciation_detection import reads_like_denunciation
from complaints.sealed.encryption import encrypt_bytes
from complaints.sealed.fingerprints import fingerprint, fingerprints
from complaints.texts.actions import store_text
from complaints.tracking.add_reporter_text import add_reporter_text
from files.storage.actions import Examined, all_or_nothing, examine_uploads
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

log = structlog.get_logger(__name__)

MOST_FROM_ONE: Final = 10
WITHIN: Final = timedelta(hours=1)
"""More messages of one address within this time wait for a person: two programs may be answering each other."""

OLDEST: Final = timedelta(days=30)
"""A message that arrived longer ago counts as received when it is read: the mailbox was not looked after."""

DISCARD_AFTER: Final = timedelta(days=30)
"""After this time the bytes of ignored and dismissed messages are deleted."""

FILES: Final = "files"
_BY_MAIL: Final = UUID("7d0a6f0e-51c7-4f0b-8a3a-0f6d3f5f9a11")
Fate, Why = Mail.Fate, Mail.Why


def process_mail(*, raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    """The row of a message, processed now or before. Raises only for a lost database."""
    parsed = parse_mail(raw)
    if existing := existing_mail(parsed):
        return existing
    try:
        return _processed(parsed, raw, arrived_at, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as bug:  # one message must not stop the others, and none is lost
        log.error("mail_not_taken", error=type(bug).__name__)
        return _store_without_case(parsed, Fate.ASIDE, Why.BROKEN, raw, arrived_at, at)


@transaction.atomic
def note_too_large(*, head: bytes, size: int, arrived_at: datetime, at: datetime) -> Mail:
    """Record a message that is too large to fetch; it stays on the server and is listed for officers."""
    parsed = parse_mail(head)
    if existing := _claim(parsed):
        return existing
    return Mail.objects.create(
        **_identity(parsed),
        fate=Fate.ASIDE,
        why=Why.TOO_LARGE,
        unit=receiving_unit(at),
        size=size,
        arrived_at=arrived_at,
        at=at,
    )


def forget_mail(*, at: datetime) -> int:
    """Drop the bytes of what was ignored or dismissed long enough ago; how many. Twice is harmless."""
    old = Mail.objects.filter(fate__in=[Fate.IGNORED, Fate.DISMISSED], at__lt=at - DISCARD_AFTER, raw__isnull=False)
    return old.update(raw=None)


def existing_mail(parsed: ParsedMail) -> Mail | None:
    """The row of this message. Another message under the same id is not this one."""
    digests = [*fingerprints(ID, parsed.message_id), *fingerprints(ID, _with_content(parsed))]
    found = Mail.objects.filter(digest__in=digests).defer("raw")
    return next((one for one in found if one.content in fingerprints("content", parsed.content)), None)


def examine_attached(attached: Sequence[AttachedFile]) -> Examined:
    """Within the limits of one message; files beyond them are named in a note of the case."""
    uploads = [File(BytesIO(one.data), name=one.name) for one in attached]
    return examine_uploads(uploads=uploads, megapixels=settings.MAX_REQUEST_MEGAPIXELS)


def _processed(parsed: ParsedMail, raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    if parsed.automatic_reason is not None:
        return _store_without_case(parsed, Fate.IGNORED, parsed.automatic_reason, raw, arrived_at, at)
    if why := _why_aside(parsed, at):
        return _store_without_case(parsed, Fate.ASIDE, why, raw, arrived_at, at)
    try:
        attached = examine_attached(parsed.attached)
        if attached.unfit:
            raise RuleBroken(" ".join(attached.unfit), field=FILES)
        with all_or_nothing():
            return _stored_in_case(parsed, attached, len(raw), arrived_at, at)
    except RuleBroken as broken:
        return _store_without_case(parsed, Fate.ASIDE, _reason_of(parsed, broken), raw, arrived_at, at)


def _why_aside(parsed: ParsedMail, at: datetime) -> Mail.Why | None:
    if parsed.wrong:
        return parsed.wrong[0]
    if _is_reused(parsed):
        return Why.REUSED
    if mentions_case(parsed) and continued_case(parsed) is None:
        return Why.NAMES_CASE
    senders = fingerprints("sender", parsed.sender)
    if Mail.objects.recent_from(senders, at - WITHIN).count() >= MOST_FROM_ONE:
        return Why.FLOOD
    return None


def note_left_out(case: Case, sentences: Sequence[str], *, author: User | None, at: datetime) -> None:
    """An internal note that names the files that were refused, and why."""
    note = "\n".join([_("Tệp gửi kèm thư không được nhận:"), *sentences])
    store_text(case, TextSort.NOTE, note, event=0, author=author, at=at)


def _reason_of(parsed: ParsedMail, broken: RuleBroken) -> Mail.Why:
    if broken.field == FILES:
        return Why.UNFIT
    if broken.field in {"content", "said"}:
        return Why.TOO_LARGE if len(parsed.text) > LONGEST_TEXT else Why.WORDLESS
    return Why.NOBODY


def _stored_in_case(parsed: ParsedMail, attached: Examined, size: int, arrived_at: datetime, at: datetime) -> Mail:
    """Further text of an existing case; a new case where it denounces somebody and the existing one is plain."""
    if existing := _claim(parsed):
        return existing
    case, denounces = continued_case(parsed), _denounces(parsed)
    if case is not None and (case.is_sealed or not denounces):
        add_reporter_text(case=case, text=parsed.text, accepted=attached.accepted, at=at, answers=_id_of(parsed))
        fate = Fate.THREAD
    else:
        new = _new_case(parsed, Kind.DENUNCIATION if denounces else Kind.PETITION, arrived_at, at)
        case, fate = receive_with_accepted(new=new, accepted=attached.accepted, actor=None, at=at), Fate.CASE
    if attached.beyond:
        note_left_out(case, attached.beyond, author=None, at=at)
    return Mail.objects.create(
        **_identity(parsed),
        **({} if case.is_sealed else _marks(parsed)),
        is_secret=case.is_sealed,
        fate=fate,
        case=case,
        unit=receiving_unit(at),
        size=size,
        arrived_at=arrived_at,
        at=at,
    )


def _new_case(parsed: ParsedMail, kind: Kind, arrived_at: datetime, at: datetime) -> NewCase:
    return NewCase(
        request_key=uuid5(_BY_MAIL, _identity(parsed)["digest"]),
        kind=kind,
        channel=Channel.EMAIL,
        unit=receiving_unit(at),
        subject=parsed.subject,
        content=parsed.text,
        person=Person(name=(parsed.name or parsed.sender)[:200], email=parsed.sender),
        received_at=arrived_at if at - OLDEST < arrived_at <= at else at,
        message_id=_id_of(parsed),
    )


@transaction.atomic
def _store_without_case(
    parsed: ParsedMail, fate: Mail.Fate, why: Mail.Why, raw: bytes, arrived_at: datetime, at: datetime
) -> Mail:
    """Store it with its bytes encrypted."""
    if existing := _claim(parsed):
        return existing
    is_plain = _is_plain(parsed, why)
    return Mail.objects.create(
        **_identity(parsed),
        **(_marks(parsed) if is_plain else {}),
        is_secret=not is_plain,
        fate=fate,
        why=why,
        raw=encrypt_bytes(raw),
        unit=receiving_unit(at),
        size=len(raw),
        arrived_at=arrived_at,
        at=at,
    )


def _is_plain(parsed: ParsedMail, why: Mail.Why) -> bool:
    """Whether it is readable, denounces nobody, and belongs to no case but a plain one of its sender."""
    if not parsed.is_readable or why == Why.BROKEN or _denounces(parsed):
        return False
    case = continued_case(parsed)
    return not case.is_sealed if case else not mentions_case(parsed)


def _claim(parsed: ParsedMail) -> Mail | None:
    """Lock this Message-ID for the rest of the transaction; returns the row where another worker was faster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(fingerprint(ID, parsed.message_id)[:15], 16)])
    return existing_mail(parsed)


def _identity(parsed: ParsedMail) -> dict[str, str]:
    named = _with_content(parsed) if _is_reused(parsed) else parsed.message_id
    return {"digest": fingerprint(ID, named), "content": fingerprint("content", parsed.content)}


def _marks(parsed: ParsedMail) -> dict[str, str]:
    """What the answer in its thread, and the count of one sender's messages, need."""
    sender = fingerprint("sender", parsed.sender) if parsed.sender else ""
    return {"sender": sender, "message_id": _id_of(parsed)}


def _id_of(parsed: ParsedMail) -> str:
    """Empty where the message brought none of its own."""
    return parsed.message_id if parsed.is_identified else ""


def _is_reused(parsed: ParsedMail) -> bool:
    """Whether another message came under the same id."""
    return Mail.objects.filter(digest__in=fingerprints(ID, parsed.message_id)).exists()


def _with_content(parsed: ParsedMail) -> str:
    return f"{parsed.message_id} {parsed.content}"


def _denounces(parsed: ParsedMail) -> bool:
    return reads_like_denunciation(parsed.subject, parsed.text, *(one.name for one in parsed.attached))


def receiving_unit(at: datetime) -> Unit:
    return reception(offices(local_day(at)))
