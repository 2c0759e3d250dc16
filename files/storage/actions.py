"""The verbs of files: accept what was sent, keep it, and forget bytes that belong to nobody."""

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
    """Where the bytes lie: outside of the web root, readable to the portal alone. `STORAGES["uploads"]` names it."""
    return storages["uploads"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What an editor sent, opened and cleaned at once, before anything of it is kept."""

    name: str
    clean: Clean

    @property
    def sha256(self) -> str:
        return self.clean.sha256


def open_upload(*, upload: File[bytes], name: str, taken: Sequence[Kind] = SCANS) -> Opened:
    """Find out what it is, clean it and open it again; seconds of work, and no query. Raises RuleBroken."""
    try:
        made = clean_in_subprocess(_read(upload), ending(name), taken)
    except Unfit as unfit:
        raise RuleBroken(sentence(unfit, name), field="uploads") from unfit
    return Opened(tidy_name(name, made.kind), made)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What somebody sent, as far as its head tells; a worker cleans it before anybody reads it."""

    name: str
    kind: Kind
    data: bytes
    pixels: list[int]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class Examined(NamedTuple):
    """What the heads of several files say: those that may be kept, and a sentence for each that is unfit and for each
    beyond the budget of files and pixels."""

    accepted: list[Accepted]
    unfit: list[str]
    beyond: list[str]


def examine_uploads(*, uploads: Iterable[File[bytes]], megapixels: int) -> Examined:
    """Look at their heads alone: nothing is decoded, and no process started."""
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
    """All of them, or one RuleBroken that says of each unfit one what is wrong. The budget is larger for staff."""
    megapixels = settings.MAX_STAFF_REQUEST_MEGAPIXELS if sender else settings.MAX_REQUEST_MEGAPIXELS
    examined = examine_uploads(uploads=uploads, megapixels=megapixels)
    if wrong := [*examined.unfit, *examined.beyond]:
        raise RuleBroken(" ".join(wrong), field="uploads")
    return examined.accepted


def accept_bytes(*, data: bytes, stem: str) -> Accepted:
    """What was accepted before, and lay elsewhere since. Raises RuleBroken."""
    try:
        return _accepted(data, stem)
    except Unfit as unfit:
        raise RuleBroken(sentence(unfit, stem), field="uploads") from unfit


def store_accepted(*, accepted: Accepted, actor: User | None, at: datetime) -> StoredFile:
    """Keep it until a worker has cleaned it: the bytes are in their place before the row is.

    Where more than this row depends on it, call it within `all_or_nothing()`: bytes do not roll back by themselves.
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
    """Keep what was cleaned at once; see `store_accepted`."""
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
    """Open and keep one upload. Raises RuleBroken."""
    return store_opened(opened=open_upload(upload=upload, name=name, taken=taken), actor=actor, at=at)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A transaction that takes the bytes kept within it along when it is rolled back."""
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
    """Whether the bytes of a kept file are there, as many as there were; no query, and nothing is read."""
    return store().exists(storage_name) and store().size(storage_name) == size


def forget_orphans(*, at: datetime) -> int:
    """Delete bytes older than a day without a row (a process died between the two); how many. Twice is harmless."""
    forgotten, old = 0, _stored_before(at - ORPHANED_AFTER)
    while names := list(islice(old, AT_ONE_GO)):
        known = set(StoredFile.objects.stored_as(names).values_list("storage_name", flat=True))
        for name in set(names) - known:
            store().delete(name)
            forgotten += 1
    return forgotten


def _accepted(data: bytes, name: str) -> Accepted:
    kind = kind_of(data, ending(name))
    return Accepted(tidy_name(name, kind), kind, data, check_head(data, kind))


def _read(upload: File[bytes]) -> bytes:
    """The upload's bytes, and not one more than may be kept."""
    most = settings.MAX_UPLOAD_MB * 1_000_000
    upload.seek(0)
    data: bytes = upload.read(most + 1)
    if len(data) > most:
        raise Unfit(Fault.TOO_LARGE, most=settings.MAX_UPLOAD_MB)
    return data


def write_bytes(data: bytes, sha256: str) -> str:
    """Two levels of folders by the hash, which is spread evenly; the name itself nobody can guess. Call it within
    `all_or_nothing()`."""
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
