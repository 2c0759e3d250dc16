"""Doing an act as its form asks, unless the page it came from is old."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.db import transaction
from django.http import Http404, QueryDict

from accounts.models import User
from dossiers.acts.base import Act
from dossiers.forms import add_broken
from dossiers.models import Dossier, DossierEvent
from units.rules import RuleBroken

SEEN = "seen"


def perform(
    chosen: Act, file: Dossier, user: User, data: QueryDict, at: datetime
) -> tuple[forms.Form, list[DossierEvent]]:
    """Do an act as the form asks; returns the judged form and what happened since the page was made, if anything.

    The act was done when the form is valid and nothing had happened. Raises Http404 when it is not this person's.
    """
    with transaction.atomic():
        Dossier.objects.select_for_update().filter(pk=file.pk).values_list("pk").first()
        since = _since(file, data.get(SEEN, ""))
        file.refresh_from_db(fields=["status", "holder", "desk", "handler"])
        if not since and not chosen.may(user, file):
            raise Http404
        form = chosen.form(data, dossier=file, user=user, at=at)
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
