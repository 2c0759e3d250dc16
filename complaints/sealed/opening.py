"""The only way to what is sealed: a named handler asks, and that they did is written down before they read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import BinaryField, F, When
from django.db.models import Case as Choice

from accounts.models import User
from complaints.events.record import note_case_readings
from complaints.models import Case, CaseHandler, Mail, SealedBox
from complaints.models.people import Person
from complaints.sealed.encryption import opened, opened_bytes, resealed
from files.faults import Fault
from files.models import FileState
from files.wording import hindrance

_AT_ONE_GO = 500


class NotNamed(PermissionError):
    """Somebody who is no handler of this case asked for its secrets."""


@dataclass(frozen=True, slots=True)
class Words:
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
class Secrets:
    person: Person
    words: Sequence[Words]
    scans: Sequence[SealedScan]


@transaction.atomic
def open_boxes(*, case: Case, reader: User, page: str, at: datetime) -> Secrets:
    """Everything sealed of one case. Raises NotNamed."""
    _write_down(case, reader, page, at)
    held = Choice(When(what="scan", then=None), default=F("box"), output_field=BinaryField())  # scans are large
    boxes = list(case.boxes.select_related("author").defer("box").annotate(held=held))
    person = next((Person(**opened(box.held)) for box in boxes if box.what == "reporter"), Person())
    words = [
        Words(box.what, box.event, opened(box.held)["text"], box.at, box.author)
        for box in boxes
        if box.what not in {"reporter", "scan"}
    ]
    return Secrets(person, words, [_scan(box) for box in boxes if box.what == "scan"])


@transaction.atomic
def open_scan(*, case: Case, key: int, reader: User, at: datetime) -> bytes:
    """The bytes of one sealed scan that is clean. Raises NotNamed, and SealedBox.DoesNotExist."""
    _write_down(case, reader, "scan", at)
    return opened_bytes(case.boxes.get(pk=key, what="scan", state=FileState.CLEAN).box)


def _scan(box: SealedBox) -> SealedScan:
    return SealedScan(box.pk, hindrance(box.state, Fault.BROKEN, {}))


@transaction.atomic
def hand_over_secret(*, case: Case, reader: User, at: datetime) -> str:
    """The secret of a sealed case, for the slip a handler puts into the hands of who denounced. Raises NotNamed."""
    _write_down(case, reader, "phieu-tra-cuu", at)
    return case.secret


def reseal_boxes() -> int:
    """Turn every box, and every message kept, over to the first key, in batches; how many. Twice is harmless."""
    turned, after = 0, 0
    while boxes := _resealed(after):
        turned, after = turned + len(boxes), boxes[-1].pk
    for mail in Mail.objects.filter(raw__isnull=False).order_by("pk").iterator(chunk_size=1):  # each may be large
        Mail.objects.filter(pk=mail.pk).update(raw=resealed(mail.raw or b""))
        turned += 1
    return turned


@transaction.atomic
def _resealed(after: int) -> list[SealedBox]:
    """Locked, so that no scan that is cleaned meanwhile gets its first bytes back."""
    boxes = list(SealedBox.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:_AT_ONE_GO])
    for box in boxes:
        box.box = resealed(box.box)
    SealedBox.objects.bulk_update(boxes, ["box"])
    return boxes


def _write_down(case: Case, reader: User, page: str, at: datetime) -> None:
    if not CaseHandler.objects.filter(case=case, user=reader, until=None).exists():
        raise NotNamed(f"{reader.pk} is no handler of case {case.pk}")
    note_case_readings(cases=[case], user=reader, page=page, at=at, secrets=True)
