"""Doing an act as its form asks, unless the page it came from is old."""

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
from dossiers.explanation.wording import state_words
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.base import Act
from units.rules import RuleBroken

SEEN = "seen"


class NotNow(Exception):
    """The act is not open to this person as the dossier stands; the text says so in one sentence.

    `form` holds what was typed, `since` what happened after the page was made.
    """

    def __init__(self, chosen: Act, file: Dossier, form: forms.Form, since: list[DossierEvent]) -> None:
        super().__init__(not_now_words(file, chosen))
        self.form = form
        self.since = since


def not_now_words(file: Dossier, chosen: Act | None = None) -> str:
    """Why an act is not open: what bars it, else the state of the dossier and who has it."""
    if chosen and chosen.barred and (why := chosen.barred(file)):
        return why
    words = _("Việc này không làm được nữa: hồ sơ đang ở tình trạng “%(now)s”, tại %(holder)s.")
    return words % {"now": state_words(file), "holder": file.holder.name}


def perform(
    chosen: Act,
    file: Dossier,
    user: User,
    data: QueryDict,
    at: datetime,
    *,
    sent: Mapping[str, Any] | None = None,
    unread: Sequence[str] = (),
) -> tuple[forms.Form, list[DossierEvent]]:
    """Do an act as the form asks; returns the judged form and what happened since the page was made, if anything.

    `sent`: files, for an act that takes some; `unread`: why some of them were not taken, for which nothing is done.
    The act was done when the form is valid and nothing had happened. Raises NotNow where the act is not this person's,
    or not to be done as the dossier stands.
    """
    with transaction.atomic():
        Dossier.objects.select_for_update().filter(pk=file.pk).values_list("pk").first()
        since = _since(file, data.get(SEEN, ""))
        file.refresh_from_db(fields=["status", "holder", "desk", "handler", "outcome"])
        files = {"sent": sent} if chosen.takes_files else {}
        form = chosen.form(data, dossier=file, user=user, at=at, **files)
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
