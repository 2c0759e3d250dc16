"""Somebody speaks: their words and their files come in together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import File
from django.db import IntegrityError

from accounts.models import User
from complaints.actions.receiving import Voice, receive_case
from complaints.models import Case, CaseFile, SealedBox
from complaints.sealing import sealed_bytes
from files.actions import Opened, all_or_nothing, keep_opened, open_uploads


def speak(*, voice: Voice, uploads: Sequence[File[bytes]], at: datetime) -> Case:
    """Receive the case with its files, cleaned; those of a sealed case are kept in boxes alone. Pressed twice it is
    one case with its files once. Raises RuleBroken with a sentence for each unfit file."""
    if made := _made_before(voice):
        return made
    opened = open_uploads(uploads=uploads)
    try:
        with all_or_nothing():
            return receive_with_files(voice=voice, opened=opened, actor=None, at=at)
    except IntegrityError:
        made = _made_before(voice)
        if made is None:
            raise
        return made


def receive_with_files(*, voice: Voice, opened: Sequence[Opened], actor: User | None, at: datetime) -> Case:
    """The same for files that were opened before. Call it within `all_or_nothing()`."""
    case = receive_case(voice=voice, actor=actor, at=at)
    keep_uploads(case, opened, at)
    return case


def keep_uploads(case: Case, opened: Sequence[Opened], at: datetime) -> None:
    """Each file once, however often it was sent along."""
    for one in {one.sha256: one for one in opened}.values():
        if case.is_sealed:
            SealedBox.objects.create(case=case, what="scan", event=1, box=sealed_bytes(one.clean.data), at=at)
        else:
            CaseFile.objects.create(case=case, stored=keep_opened(opened=one, actor=None, at=at), at=at)


def _made_before(voice: Voice) -> Case | None:
    return Case.objects.filter(request_key=voice.request_key).first()
