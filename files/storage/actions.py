"""Accepts, stores and deletes files."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction

from accounts.models import User
from files.antivirus.clamd import ScannerAway, scan
from files.cleaning.isolation import clean_in_subprocess
from files.faults import Fault, Unfit
from files.kinds import SCANS, Clean, Kind
from files.models import FileState, StoredFile
from files.sniffing.content import ending, kind_of
from files.sniffing.headers import check_head
from files.sniffing.names import tidy_name
from files.wording import sentence
from units.rules import RuleBroken

ORPHANED_AFTER: Final = timedelta(days=1)
AT_ONE_GO: Final = 500
_written: ContextVar[list[str] | None] = ContextVar("_written", default=None)


def store() -> Storage:
    """The storage of the bytes: outside the web root, readable by the portal alone. `STORAGES["uploads"]` names it."""
    return storages["uploads"]


@dataclass(frozen=True, slots=True)
class Opened:
    """An editor's upload, cleaned at once, before anything is stored."""

    name: str
    clean: Clean

    @property
    def sha256(self) -> str:
        return self.clean.sha256


def open_upload(*, upload: File[bytes], name: str, taken: Sequence[Kind] = SCANS) -> Opened:
    """Scans for viruses, determines the kind, cleans the file and opens it again; takes seconds, no query. Raises
    RuleBroken."""
    try:
        data = _read(upload)
        refuse_infected(data)
        made = clean_in_subprocess(data, ending(name), taken)
    except Unfit as unfit:
        raise RuleBroken(sentence(unfit, name), field="uploads") from unfit
    return Opened(tidy_name(name, made.kind), made)


def refuse_infected(data: bytes) -> None:
    """Raises Unfit where the antivirus recognises something or is away."""
    try:
        scan(data)
    except ScannerAway as away:
        raise Unfit(Fault.NOT_SCANNED) from away


@dataclass(frozen=True, slots=True)
class Accepted:
    """An upload judged by its header; a worker cleans it before anybody can read it."""

    name: str
    kind: Kind
    data: bytes
    pixels: list[int]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class Examined(NamedTuple):
    """The result for several uploads: those that may be stored, and a sentence for each that is unfit and each that
    exceeds the budget of files and pixels."""

    accepted: list[Accepted]
    unfit: list[str]
    beyond: list[str]


def examine_uploads(*, uploads: Iterable[File[bytes]], megapixels: int) -> Examined:
    """Reads the headers alone: decodes nothing, starts no process."""
    found, left = Examined([], [], []), megapixels * 1_000_000
    for number, upload in enumerate(uploads):
        name = upload.name or ""
        if number >= settings.MAX_UPLOADS:
            found.beyond.append(sentence(Unfit(Fault.TOO_MANY_AT_ONCE, most=settings.MAX_UPLOADS), name))
            continue
        try:
            accepted = _accepted(_read(upload), name)
        except Unfit as unfit:
            found.unfit.append(sentence(unfit, name))
            continue
        if sum(accepted.pixels) > left:
            found.beyond.append(sentence(Unfit(Fault.TOO_MANY_PIXELS_AT_ONCE, most=megapixels), name))
            continue
        left -= sum(accepted.pixels)
        found.accepted.append(accepted)
    return found


def accept_uploads(*, uploads: Iterable[File[bytes]], sender: User | None) -> list[Accepted]:
    """All uploads, or one RuleBroken with a sentence for each unfit one. The budget is larger for staff."""
    megapixels = settings.MAX_STAFF_REQUEST_MEGAPIXELS if sender else settings.MAX_REQUEST_MEGAPIXELS
    examined = examine_uploads(uploads=uploads, megapixels=megapixels)
    if wrong := [*examined.unfit, *examined.beyond]:
        raise RuleBroken(" ".join(wrong), field="uploads")
    return examined.accepted


def accept_bytes(*, data: bytes, stem: str) -> Accepted:
    """Accepts bytes that were accepted before and stored elsewhere since. Raises RuleBroken."""
    try:
        return _accepted(data, stem)
    except Unfit as unfit:
        raise RuleBroken(sentence(unfit, stem), field="uploads") from unfit


def store_accepted(*, accepted: Accepted, actor: User | None, at: datetime) -> StoredFile:
    """Stores an upload that a worker has still to clean; writes the bytes before the row.

    Where more than this row depends on it, call it within `all_or_nothing()`: bytes are not rolled back by themselves.
    """
    with all_or_nothing():
        return StoredFile.objects.create(
            state=FileState.CHECKING,
            storage_name=write_bytes(accepted.data, accepted.sha256),
            sha256=accepted.sha256,
            sent_sha256=accepted.sha256,
            kind=accepted.kind.value,
            size=len(accepted.data),
            pages=max(1, len(accepted.pixels)),
            pixels=sum(accepted.pixels) or None,
            name=accepted.name,
            uploaded_by=actor,
            uploaded_at=at,
        )


def store_opened(*, opened: Opened, actor: User | None, at: datetime) -> StoredFile:
    """Stores a file that was cleaned at once; see `store_accepted`."""
    with all_or_nothing():
        return StoredFile.objects.create(
            state=FileState.CLEAN,
            storage_name=write_bytes(opened.clean.data, opened.sha256),
            sha256=opened.sha256,
            kind=opened.clean.kind.value,
            size=len(opened.clean.data),
            pages=opened.clean.pages,
            pixels=opened.clean.pixels,
            name=opened.name,
            uploaded_by=actor,
            uploaded_at=at,
        )


def store_file(
    *, upload: File[bytes], name: str, actor: User | None, at: datetime, taken: Sequence[Kind] = SCANS
) -> StoredFile:
    """Cleans and stores one upload. Raises RuleBroken."""
    return store_opened(opened=open_upload(upload=upload, name=name, taken=taken), actor=actor, at=at)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A transaction that deletes the bytes written within it when it is rolled back."""
    outer, names = _written.get(), list[str]()
    token = _written.set(names)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name in names:
            store().delete(name)
        raise
    else:
        if outer is not None:
            outer += names
    finally:
        _written.reset(token)


def is_whole(storage_name: str, size: int) -> bool:
    """Whether the stored bytes exist in their full length; no query, and nothing is read."""
    return store().exists(storage_name) and store().size(storage_name) == size


def forget_orphans(*, at: datetime) -> int:
    """Deletes bytes older than a day without a row (a process died between the two); returns how many. May run
    twice."""
    forgotten, old = 0, _stored_before(at - ORPHANED_AFTER)
    while names := list(islice(old, AT_ONE_GO)):
        with_row = set(StoredFile.objects.stored_as(names).values_list("storage_name", flat=True))
        for name in set(names) - with_row:
            store().delete(name)
            forgotten += 1
    return forgotten


def _accepted(data: bytes, name: str) -> Accepted:
    kind = kind_of(data, ending(name))
    return Accepted(tidy_name(name, kind), kind, data, check_head(data, kind))


def _read(upload: File[bytes]) -> bytes:
    """The upload's bytes; stops one byte above the limit."""
    most = settings.MAX_UPLOAD_MB * 1_000_000
    upload.seek(0)
    data: bytes = upload.read(most + 1)
    if len(data) > most:
        raise Unfit(Fault.TOO_LARGE, most=settings.MAX_UPLOAD_MB)
    return data


def write_bytes(data: bytes, sha256: str) -> str:
    """Writes the bytes under two levels of folders by hash, which spreads evenly; the name cannot be guessed. Call it
    within `all_or_nothing()`."""
    name: str = store().save(f"{sha256[:2]}/{sha256[2:4]}/{secrets.token_hex(16)}", ContentFile(data))
    written = _written.get()
    assert written is not None
    written.append(name)
    return name


def _stored_before(moment: datetime, folder: str = "") -> Iterator[str]:
    if not store().exists(folder):
        return
    folders, names = store().listdir(folder)
    for inner in folders:
        yield from _stored_before(moment, f"{folder}{inner}/")
    for name in names:
        if store().get_modified_time(f"{folder}{name}") < moment:
            yield f"{folder}{name}"
