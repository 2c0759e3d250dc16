"""Doing an operation as its form asks, unless the page it came from is old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.operations import Operation
from dossiers.explanation.wording import state_words
from dossiers.models import Dossier, DossierEvent
from units.rules import RuleBroken

SEEN = "seen"


class NotNow(Exception):
    """The operation is not open to this person in the dossier's present state; the text says so in one sentence.

    `form` holds what was typed, `since` what happened after the page was made.
    """

    def __init__(self, chosen: Operation[Dossier], file: Dossier, form: forms.Form, since: list[DossierEvent]) -> None:
        super().__init__(not_now_words(file, chosen))
        self.form = form
        self.since = since


def not_now_words(file: Dossier, chosen: Operation[Dossier] | None = None) -> str:
    """Why an operation is not open: what bars it, else the state of the dossier and who has it."""
    if chosen and chosen.barred and (why := chosen.barred(file)):
        return why
    words = _("Việc này không làm được nữa: hồ sơ đang ở tình trạng “%(now)s”, tại %(holder)s.")
    return words % {"now": state_words(file), "holder": file.holder.name}


def perform(
    chosen: Operation[Dossier],
    file: Dossier,
    user: User,
    data: QueryDict,
    at: datetime,
    *,
    files: Mapping[str, Any] | None = None,
    unread: Sequence[str] = (),
) -> tuple[forms.Form, list[DossierEvent]]:
    """Do an operation as the form asks; returns the validated form and the events since the page was made.

    `files`: for an operation that takes some; `unread`: why some of them were not taken, for which nothing is done.
    It was done when the form is valid and there was no event since. Raises NotNow where the operation is not this
    person's, or the dossier is in another status or place.
    """
    with transaction.atomic():
        Dossier.objects.select_for_update().filter(pk=file.pk).values_list("pk").first()
        since = _since(file, data.get(SEEN, ""))
        file.refresh_from_db(fields=["status", "holder", "desk", "handler", "outcome"])
        uploads = {"files": files} if chosen.takes_files else {}
        form = chosen.form(data, dossier=file, user=user, at=at, **uploads)
        for words in unread if chosen.takes_files else ():
            form.add_error("uploads", words)
        if not chosen.may(user, file):
            raise NotNow(chosen, file, form, since)
        if form.is_valid() and not since:
            try:
                with transaction.atomic():
                    chosen.do(file, form, user, at)
            except RuleBroken as broken:
                add_broken(form, broken)
    return form, since


def _since(file: Dossier, seen: str) -> list[DossierEvent]:
    """The events the page did not know; none for a caller who does not say what was seen."""
    if not seen.isdecimal():
        return []
    return list(file.events.filter(number__gt=int(seen[:9])).select_related("unit", "actor").order_by("number"))
