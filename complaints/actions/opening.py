"""The only way to what is sealed: a named handler asks, and that they did is written down before they read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, F, When
from django.db.models import Case as Choice

from accounts.models import User
from complaints.actions.receiving import Person
from complaints.actions.record import note_case_readings
from complaints.models import Case, CaseHandler, Mail, SealedBox
from complaints.sealing import opened, opened_bytes, resealed

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


@dataclass(frozen=True, slots=True)
class Secrets:
    person: Person
    words: Sequence[Words]
    scans: Sequence[int]
    """Keys of the boxes with scans, for `open_scan`."""


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
    return Secrets(person, words, [box.pk for box in boxes if box.what == "scan"])


@transaction.atomic
def open_scan(*, case: Case, key: int, reader: User, at: datetime) -> bytes:
    """The bytes of one sealed scan. Raises NotNamed, and SealedBox.DoesNotExist."""
    _write_down(case, reader, "scan", at)
    return opened_bytes(case.boxes.get(pk=key, what="scan").box)


@transaction.atomic
def hand_over_secret(*, case: Case, reader: User, at: datetime) -> str:
    """The secret of a sealed case, for the slip a handler puts into the hands of who denounced. Raises NotNamed."""
    _write_down(case, reader, "phieu-tra-cuu", at)
    return case.secret


def reseal_boxes() -> int:
    """Turn every box, and every message kept, over to the first key, in batches; how many. Twice is harmless."""
    turned, after = 0, 0
    while boxes := list(SealedBox.objects.filter(pk__gt=after).order_by("pk")[:_AT_ONE_GO]):
        for box in boxes:
            box.box = resealed(box.box)
        SealedBox.objects.bulk_update(boxes, ["box"])
        turned, after = turned + len(boxes), boxes[-1].pk
    for mail in Mail.objects.filter(raw__isnull=False).order_by("pk").iterator(chunk_size=1):  # each may be large
        Mail.objects.filter(pk=mail.pk).update(raw=resealed(mail.raw or b""))
        turned += 1
    return turned


def _write_down(case: Case, reader: User, page: str, at: datetime) -> None:
    if not CaseHandler.objects.filter(case=case, user=reader, until=None).exists():
        raise NotNamed(f"{reader.pk} is no handler of case {case.pk}")
    note_case_readings(cases=[case], user=reader, page=page, at=at, secrets=True)
