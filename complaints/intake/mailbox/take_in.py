"""A message becomes a case, or words of one, exactly once; or it is ignored, or put aside for a person.

The claim on a message is its row, written in the transaction of what it becomes: a worker that dies before it commits
has done nothing, one that dies before it took the message out of the mailbox finds the row and only takes it out.
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
from complaints.intake.mailbox.messages import Attached, Letter, read_letter
from complaints.intake.mailbox.threads import ID, case_of, names_case
from complaints.models import Case, Mail
from complaints.models.labels import Channel
from complaints.models.people import LONGEST_TEXT, Person, TextSort
from complaints.registration.actions import NewCase
from complaints.registration.choices import offices, reception
from complaints.registration.files import receive_with_files
from complaints.sealed.denunciation_detection import reads_like_denunciation
from complaints.sealed.encryption import sealed_bytes
from complaints.sealed.fingerprints import fingerprint, fingerprints
from complaints.texts.actions import keep_words
from complaints.tracking.add_words import add_words
from files.storage.actions import Examined, all_or_nothing, examine_uploads
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

log = structlog.get_logger(__name__)

MOST_FROM_ONE: Final = 10
WITHIN: Final = timedelta(hours=1)
"""More messages of one address within this time wait for a person: two machines may be answering each other."""

OLDEST: Final = timedelta(days=30)
"""A message that arrived longer ago counts as received when it is read: the mailbox was not looked after."""

KEPT_FOR: Final = timedelta(days=30)
"""What was ignored or dismissed is kept so long, should somebody miss it."""

FILES: Final = "files"
_BY_MAIL: Final = UUID("7d0a6f0e-51c7-4f0b-8a3a-0f6d3f5f9a11")
Fate, Why = Mail.Fate, Mail.Why


def take_mail(*, raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    """What became of a message, now or when it was taken before. Raises only what a lost database does."""
    letter = read_letter(raw)
    if known := known_mail(letter):
        return known
    try:
        return _taken(letter, raw, arrived_at, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as bug:  # one message must not stop the others, and none is lost
        log.error("mail_not_taken", error=type(bug).__name__)
        return _kept(letter, Fate.ASIDE, Why.BROKEN, raw, arrived_at, at)


@transaction.atomic
def note_too_large(*, head: bytes, size: int, arrived_at: datetime, at: datetime) -> Mail:
    """A message that is too large even to be fetched: it stays in the mailbox, and somebody is told."""
    letter = read_letter(head)
    if known := _claimed(letter):
        return known
    return Mail.objects.create(
        **_identity(letter),
        fate=Fate.ASIDE,
        why=Why.TOO_LARGE,
        unit=receiving_unit(at),
        size=size,
        arrived_at=arrived_at,
        at=at,
    )


def forget_mail(*, at: datetime) -> int:
    """Drop the bytes of what was ignored or dismissed long enough ago; how many. Twice is harmless."""
    old = Mail.objects.filter(fate__in=[Fate.IGNORED, Fate.DISMISSED], at__lt=at - KEPT_FOR, raw__isnull=False)
    return old.update(raw=None)


def known_mail(letter: Letter) -> Mail | None:
    """The row of this message. Another message under the same id is not this one."""
    digests = [*fingerprints(ID, letter.message_id), *fingerprints(ID, _with_content(letter))]
    found = Mail.objects.filter(digest__in=digests).defer("raw")
    return next((one for one in found if one.content in fingerprints("content", letter.content)), None)


def examine_attached(attached: Sequence[Attached]) -> Examined:
    """Within the budget of one message; what is beyond it is named in the case, which is made all the same."""
    uploads = [File(BytesIO(one.data), name=one.name) for one in attached]
    return examine_uploads(uploads=uploads, megapixels=settings.MAX_REQUEST_MEGAPIXELS)


def _taken(letter: Letter, raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    if letter.robot is not None:
        return _kept(letter, Fate.IGNORED, letter.robot, raw, arrived_at, at)
    if why := _why_aside(letter, at):
        return _kept(letter, Fate.ASIDE, why, raw, arrived_at, at)
    try:
        attached = examine_attached(letter.attached)
        if attached.unfit:
            raise RuleBroken(" ".join(attached.unfit), field=FILES)
        with all_or_nothing():
            return _filed(letter, attached, len(raw), arrived_at, at)
    except RuleBroken as broken:
        return _kept(letter, Fate.ASIDE, _why_not(letter, broken), raw, arrived_at, at)


def _why_aside(letter: Letter, at: datetime) -> Mail.Why | None:
    if letter.wrong:
        return letter.wrong[0]
    if _is_reused(letter):
        return Why.REUSED
    if names_case(letter) and case_of(letter) is None:
        return Why.NAMES_CASE
    senders = fingerprints("sender", letter.sender)
    if Mail.objects.lately_from(senders, at - WITHIN).count() >= MOST_FROM_ONE:
        return Why.FLOOD
    return None


def note_left_out(case: Case, sentences: Sequence[str], *, author: User | None, at: datetime) -> None:
    """An internal note that names the files which did not come along, and why."""
    told = "\n".join([_("Tệp gửi kèm thư không được nhận:"), *sentences])
    keep_words(case, TextSort.NOTE, told, event=0, author=author, at=at)


def _why_not(letter: Letter, broken: RuleBroken) -> Mail.Why:
    if broken.field == FILES:
        return Why.UNFIT
    if broken.field in {"content", "said"}:
        return Why.TOO_LARGE if len(letter.text) > LONGEST_TEXT else Why.WORDLESS
    return Why.NOBODY


def _filed(letter: Letter, attached: Examined, size: int, arrived_at: datetime, at: datetime) -> Mail:
    """Words for a case that is there; a new one where they denounce somebody and the case is no secret."""
    if known := _claimed(letter):
        return known
    case, denounces = case_of(letter), _denounces(letter)
    if case is not None and (case.is_sealed or not denounces):
        add_words(case=case, said=letter.text, accepted=attached.accepted, at=at, answers=_id_of(letter))
        fate = Fate.THREAD
    else:
        voice = _voice(letter, Kind.DENUNCIATION if denounces else Kind.PETITION, arrived_at, at)
        case, fate = receive_with_files(voice=voice, accepted=attached.accepted, actor=None, at=at), Fate.CASE
    if attached.beyond:
        note_left_out(case, attached.beyond, author=None, at=at)
    return Mail.objects.create(
        **_identity(letter),
        **({} if case.is_sealed else _marks(letter)),
        is_secret=case.is_sealed,
        fate=fate,
        case=case,
        unit=receiving_unit(at),
        size=size,
        arrived_at=arrived_at,
        at=at,
    )


def _voice(letter: Letter, kind: Kind, arrived_at: datetime, at: datetime) -> NewCase:
    return NewCase(
        request_key=uuid5(_BY_MAIL, _identity(letter)["digest"]),
        kind=kind,
        channel=Channel.EMAIL,
        unit=receiving_unit(at),
        subject=letter.subject,
        content=letter.text,
        person=Person(name=(letter.name or letter.sender)[:200], email=letter.sender),
        received_at=arrived_at if at - OLDEST < arrived_at <= at else at,
        message_id=_id_of(letter),
    )


@transaction.atomic
def _kept(letter: Letter, fate: Mail.Fate, why: Mail.Why, raw: bytes, arrived_at: datetime, at: datetime) -> Mail:
    """With its bytes, sealed."""
    if known := _claimed(letter):
        return known
    is_plain = _is_no_secret(letter, why)
    return Mail.objects.create(
        **_identity(letter),
        **(_marks(letter) if is_plain else {}),
        is_secret=not is_plain,
        fate=fate,
        why=why,
        raw=sealed_bytes(raw),
        unit=receiving_unit(at),
        size=len(raw),
        arrived_at=arrived_at,
        at=at,
    )


def _is_no_secret(letter: Letter, why: Mail.Why) -> bool:
    """What can be read to its end, denounces nobody, and goes on about no case but a plain one of its writer."""
    if not letter.is_readable or why == Why.BROKEN or _denounces(letter):
        return False
    case = case_of(letter)
    return not case.is_sealed if case else not names_case(letter)


def _claimed(letter: Letter) -> Mail | None:
    """Hold everything under this id for the rest of the transaction; the row, where somebody was faster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(fingerprint(ID, letter.message_id)[:15], 16)])
    return known_mail(letter)


def _identity(letter: Letter) -> dict[str, str]:
    named = _with_content(letter) if _is_reused(letter) else letter.message_id
    return {"digest": fingerprint(ID, named), "content": fingerprint("content", letter.content)}


def _marks(letter: Letter) -> dict[str, str]:
    """What the answer in its thread, and the count of one sender's messages, need."""
    sender = fingerprint("sender", letter.sender) if letter.sender else ""
    return {"sender": sender, "message_id": _id_of(letter)}


def _id_of(letter: Letter) -> str:
    """Empty where the message brought none of its own."""
    return letter.message_id if letter.is_identified else ""


def _is_reused(letter: Letter) -> bool:
    """Whether another message came under the same id."""
    return Mail.objects.filter(digest__in=fingerprints(ID, letter.message_id)).exists()


def _with_content(letter: Letter) -> str:
    return f"{letter.message_id} {letter.content}"


def _denounces(letter: Letter) -> bool:
    return reads_like_denunciation(letter.subject, letter.text, *(one.name for one in letter.attached))


def receiving_unit(at: datetime) -> Unit:
    return reception(offices(local_day(at)))
