"""Stores why a person opens a dossier on which they have no task."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.models import Dossier, ReadingReason
from units.clock.days import local_day
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason


@transaction.atomic
def give_reason(*, dossier: Dossier, kind: str, words: str, actor: User, at: datetime) -> ReadingReason:
    """The first reason of a day counts; the form sent twice changes nothing. Raises RuleBroken (field `words`)."""
    if kind == ReadingReason.Kind.OTHER and not is_real_reason(words):
        raise RuleBroken(_("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."), field="words")
    given, _created = ReadingReason.objects.get_or_create(
        dossier=dossier, user=actor, day=local_day(at), defaults={"kind": kind, "words": words.strip(), "at": at}
    )
    return given
