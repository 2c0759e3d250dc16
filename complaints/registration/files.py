"""Stores text and files together or not at all: from the web, from paper, or as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import File
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.events.record import locked
from complaints.models import BoxOpening, Case, CaseFile, Letter
from complaints.registration.actions import NewCase, receive_case
from complaints.sealed.files import store_sealed_scan
from files.models import FileState
from files.storage.actions import Accepted, accept_uploads, all_or_nothing, store_accepted
from units.rules import RuleBroken


def receive_with_uploads(
    *,
    new: NewCase,
    uploads: Sequence[File[bytes]],
    at: datetime,
    actor: User | None = None,
    opening: BoxOpening | None = None,
) -> Case:
    """Receive the case with its files, which a worker cleans; those of a sealed case are stored in boxes alone. A
    repeated submit gives the same case, with its files once. `actor`: the officer who registers it; `opening`: of the
    box in which the letter lay.

    Raises RuleBroken with a sentence for each unfit file."""
    if made := _made_before(new):
        return made
    accepted = accept_uploads(uploads=uploads, sender=actor)
    try:
        with all_or_nothing():
            case = receive_with_accepted(new=new, accepted=accepted, actor=actor, at=at)
            if opening is not None and not case.is_sealed:
                Letter.objects.create(case=case, opening=opening)
            return case
    except IntegrityError:
        made = _made_before(new)
        if made is None:
            raise
        return made


def receive_with_accepted(*, new: NewCase, accepted: Sequence[Accepted], actor: User | None, at: datetime) -> Case:
    """The same for files that were accepted before. Call it within `all_or_nothing()`."""
    case = receive_case(new=new, actor=actor, at=at)
    store_uploads(case, accepted, actor=actor, at=at)
    return case


def add_files(*, case: Case, uploads: Sequence[File[bytes]], is_evidence: bool, actor: User, at: datetime) -> int:
    """More files of a case; returns how many. `is_evidence`: they show what was done about it. Raises RuleBroken."""
    accepted = accept_uploads(uploads=uploads, sender=actor)
    if not accepted:
        raise RuleBroken(_("Hãy chọn ít nhất một tệp."), field="uploads")
    with all_or_nothing():
        return store_uploads(locked(case), accepted, actor=actor, at=at, is_evidence=is_evidence)


def store_uploads(
    case: Case, accepted: Sequence[Accepted], *, actor: User | None, at: datetime, is_evidence: bool = False
) -> int:
    """Each file once, however often it was sent; of a sealed case in boxes alone. Returns how many."""
    several = list({one.sha256: one for one in accepted}.values())
    for one in several:
        if case.is_sealed:
            store_sealed_scan(case, one.data, state=FileState.CHECKING, at=at, author=actor)
        else:
            stored = store_accepted(accepted=one, actor=actor, at=at)
            CaseFile.objects.create(case=case, stored=stored, is_evidence=is_evidence, at=at, author=actor)
    return len(several)


def _made_before(new: NewCase) -> Case | None:
    return Case.objects.filter(request_key=new.request_key).first()
