"""The only way to sealed content: for a named handler, recorded before it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import BinaryField, F, When
from django.db.models import Case as Choice

from accounts.citizens.row_secrets import give_secret
from accounts.models import User
from complaints.events.record import note_case_readings
from complaints.models import Case, CaseHandler, Mail, SealedBox
from complaints.models.people import Person
from complaints.sealed.encryption import decrypt_bytes, decrypt_json, reencrypt
from files.faults import Fault
from files.models import FileState
from files.wording import hindrance

_BATCH = 500


class NotNamed(PermissionError):
    """The reader is no handler of this case."""


@dataclass(frozen=True, slots=True)
class SealedText:
    """One sealed text: its sort (`TextSort`), the number of its act, when and by whom it was written."""

    sort: str
    event: int
    text: str
    at: datetime
    author: User | None


class SealedScan(NamedTuple):
    """The key of a box with a scan, for `open_scan`; `hindrance`: why nobody can read it, or not yet."""

    key: int
    hindrance: str


@dataclass(frozen=True, slots=True)
class SealedContent:
    person: Person
    words: Sequence[SealedText]
    scans: Sequence[SealedScan]


@transaction.atomic
def open_boxes(*, case: Case, reader: User, page: str, at: datetime) -> SealedContent:
    """Everything sealed of one case. Raises NotNamed."""
    _record_reading(case, reader, page, at)
    held = Choice(When(what="scan", then=None), default=F("box"), output_field=BinaryField())  # scans are large
    boxes = list(case.boxes.select_related("author").defer("box").annotate(held=held))
    person = next((Person(**decrypt_json(box.held)) for box in boxes if box.what == "reporter"), Person())
    words = [
        SealedText(box.what, box.event, decrypt_json(box.held)["text"], box.at, box.author)
        for box in boxes
        if box.what not in {"reporter", "scan"}
    ]
    return SealedContent(person, words, [_scan(box) for box in boxes if box.what == "scan"])


@transaction.atomic
def open_scan(*, case: Case, key: int, reader: User, at: datetime) -> bytes:
    """The bytes of one sealed scan that is clean. Raises NotNamed, and SealedBox.DoesNotExist."""
    _record_reading(case, reader, "scan", at)
    return decrypt_bytes(case.boxes.get(pk=key, what="scan", state=FileState.CLEAN).box)


def _scan(box: SealedBox) -> SealedScan:
    return SealedScan(box.pk, hindrance(box.state, Fault.BROKEN, {}))


@transaction.atomic
def hand_over_secret(*, case: Case, reader: User, at: datetime) -> str:
    """A new secret of a sealed case, for the slip that a handler gives to the reporter in person; ends the old one.
    Raises NotNamed."""
    _record_reading(case, reader, "phieu-tra-cuu", at)
    return give_secret(row=case)


def reseal_boxes() -> int:
    """Encrypt every box and every stored message with the first key, in batches; how many. Twice is harmless."""
    count, after = 0, 0
    while boxes := _resealed(after):
        count, after = count + len(boxes), boxes[-1].pk
    for mail in Mail.objects.filter(raw__isnull=False).order_by("pk").iterator(chunk_size=1):  # each may be large
        Mail.objects.filter(pk=mail.pk).update(raw=reencrypt(mail.raw or b""))
        count += 1
    return count


@transaction.atomic
def _resealed(after: int) -> list[SealedBox]:
    """Locked, lest a scan that is cleaned meanwhile is overwritten with its first bytes."""
    boxes = list(SealedBox.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:_BATCH])
    for box in boxes:
        box.box = reencrypt(box.box)
    SealedBox.objects.bulk_update(boxes, ["box"])
    return boxes


def _record_reading(case: Case, reader: User, page: str, at: datetime) -> None:
    if not CaseHandler.objects.filter(case=case, user=reader, until=None).exists():
        raise NotNamed(f"{reader.pk} is no handler of case {case.pk}")
    note_case_readings(cases=[case], user=reader, page=page, at=at, secrets=True)
