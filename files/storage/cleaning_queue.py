"""The queue of files to be cleaned: a worker cleans them one by one, on one core of the machine.

The caller holds `files.locks.Task.CLEANING`, and asks before each file whether the antivirus is ready: files wait for
it. One during whose scan it breaks down has had an attempt; so a file that ends the antivirus is given up as well.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import structlog
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from files.antivirus.clamd import scan
from files.cleaning.isolation import clean_in_subprocess
from files.faults import Fault, Unfit
from files.kinds import ENDINGS, Clean, Kind
from files.models import FileState, StoredFile
from files.storage.actions import all_or_nothing, store, write_bytes

log = structlog.get_logger(__name__)

MOST_ATTEMPTS: Final = 3
"""A file that ended the worker so often is unfit: it must not come back for ever."""

_FROM_STRANGERS: Final = ExpressionWrapper(Q(uploaded_by=None), output_field=BooleanField())


def clean_next() -> bool:
    """Cleans one waiting file, those of staff first; returns False if there is none. May run twice. Raises
    ScannerAway."""
    waiting = StoredFile.objects.checking().order_by("attempts", _FROM_STRANGERS, "uploaded_at", "pk").first()
    if waiting is None:
        return False
    StoredFile.objects.checking().filter(pk=waiting.pk).update(attempts=F("attempts") + 1)
    try:
        made = _cleaned(waiting)
    except Unfit as unfit:
        _note_unfit(waiting, unfit)
    else:
        _store_cleaned(waiting, made)
    return True


def clean_data(data: bytes, kind: Kind, attempts: int) -> Clean:
    """Scans for viruses and cleans in a subprocess, after `attempts` earlier tries. Raises Unfit and ScannerAway."""
    if attempts >= MOST_ATTEMPTS:
        raise Unfit(Fault.TOO_HARD)
    scan(data)
    return clean_in_subprocess(data, ENDINGS[kind][0], [kind])


def _cleaned(waiting: StoredFile) -> Clean:
    try:
        with store().open(waiting.storage_name) as file:
            data = file.read()
    except FileNotFoundError as lost:
        log.error("upload_lost", file=waiting.pk)
        raise Unfit(Fault.BROKEN) from lost
    return clean_data(data, Kind(waiting.kind), waiting.attempts)


def _store_cleaned(waiting: StoredFile, made: Clean) -> None:
    sha256 = made.sha256
    with all_or_nothing():
        row = _locked(waiting)
        if row is None:  # sealed or deleted meanwhile, and its bytes with it
            return
        row.storage_name, row.sha256, row.size = write_bytes(made.data, sha256), sha256, len(made.data)
        row.kind, row.pages, row.pixels, row.state = made.kind.value, made.pages, made.pixels, FileState.CLEAN
        row.save()
        transaction.on_commit(partial(store().delete, waiting.storage_name))


@transaction.atomic
def _note_unfit(waiting: StoredFile, unfit: Unfit) -> None:
    row = _locked(waiting)
    if row is not None:
        row.state, row.fault, row.facts = FileState.UNFIT, unfit.fault.value, unfit.facts
        row.save()
        transaction.on_commit(partial(store().delete, waiting.storage_name))


def _locked(waiting: StoredFile) -> StoredFile | None:
    return StoredFile.objects.checking().select_for_update(of=("self",)).filter(pk=waiting.pk).first()
