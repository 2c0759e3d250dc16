"""Files of a case on their way into sealed boxes, cleaned there, and out of them again."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from complaints.models import Case, CaseFile, SealedBox
from complaints.sealed.encryption import decrypt_bytes, encrypt_bytes
from files.faults import Unfit
from files.models import FileState
from files.sniffing.content import kind_of
from files.storage.actions import accept_bytes, store, store_accepted
from files.storage.cleaning_queue import clean_data

SCAN: Final = "scan"
NAMELESS: Final = ""


def store_sealed_scan(case: Case, data: bytes, *, state: str, at: datetime, author: User | None) -> None:
    """`state`: of these bytes, empty where they are unfit."""
    SealedBox.objects.create(case=case, what=SCAN, event=1, box=encrypt_bytes(data), state=state, at=at, author=author)


def seal_files(files: QuerySet[CaseFile], into: Case) -> None:
    """Store their bytes in boxes of `into`, without their names. Deletes the rows at once, the plain bytes on commit;
    earlier copies, as in a backup, remain."""
    for one in files.select_related("stored").select_for_update(of=("self", "stored")):
        store_sealed_scan(into, _bytes_of(one), state=one.stored.state, at=one.at, author=one.author)
        one.delete()
        one.stored.delete()
        transaction.on_commit(partial(store().delete, one.stored.storage_name))


def unseal_files(case: Case, *, at: datetime) -> None:
    """Make plain files of the scans of a case that proved to be no denunciation; they are cleaned again. Unfit scans
    have no bytes and are dropped. Call it within `all_or_nothing()`."""
    for place, box in enumerate(SealedBox.objects.select_for_update().filter(case=case, what=SCAN), 1):
        if box.state != FileState.UNFIT:
            accepted = accept_bytes(data=decrypt_bytes(box.box), stem=str(place))
            stored = store_accepted(accepted=accepted, actor=box.author, at=at)
            CaseFile.objects.create(case=case, stored=stored, at=box.at, author=box.author)
        box.delete()


def clean_next_box() -> bool:
    """As `files.storage.cleaning_queue.clean_next`, one sealed scan that waits; False where there is none. Raises
    ScannerAway."""
    waiting = _checking().order_by("attempts", "at", "pk").first()
    if waiting is None:
        return False
    _checking().filter(pk=waiting.pk).update(attempts=F("attempts") + 1)
    try:
        data = decrypt_bytes(waiting.box)
        made, state = clean_data(data, kind_of(data, NAMELESS), waiting.attempts).data, FileState.CLEAN
    except Unfit:
        made, state = b"", FileState.UNFIT
    _checking().filter(pk=waiting.pk).update(box=encrypt_bytes(made), state=state)
    return True


def _checking() -> QuerySet[SealedBox]:
    return SealedBox.objects.filter(what=SCAN, state=FileState.CHECKING)


def _bytes_of(file: CaseFile) -> bytes:
    if file.stored.state == FileState.UNFIT:
        return b""
    with store().open(file.stored.storage_name) as stored_file:
        data: bytes = stored_file.read()
    return data
