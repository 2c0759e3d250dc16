"""Opens one dossier for a person: records the reading, or first asks for its reason."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from dossiers.events.record import note_readings
from dossiers.models import Dossier, DossierReading, ReadingReason
from dossiers.readings.ground import ground_of
from units.clock.days import local_day

BACK = "sau"


def open_dossier(
    request: HttpRequest, user: User, dossier: Dossier, *, page: str, at: datetime
) -> HttpResponse | None:
    """None where the page may be shown; its reading is then recorded."""
    ground = ground_of(user, dossier)
    if asks := ask_for_reason(request, user, dossier, ground, at):
        return asks
    note_readings(dossiers=[dossier], user=user, page=page, at=at, ground=ground)
    return None


def ask_for_reason(
    request: HttpRequest, user: User, dossier: Dossier, ground: str, at: datetime
) -> HttpResponse | None:
    """A redirect to the form, where the person has no task on the dossier and gave no reason today.

    What is sent is never held up: it would be lost, and only an opened page can send it.
    """
    if ground != DossierReading.Ground.NONE or request.method == "POST":
        return None
    given = ReadingReason.objects.filter(dossier=dossier, user=user, day=local_day(at))
    if given.exists():
        return None
    asked = reverse("dossiers:reading_reason", args=[dossier.code])
    return redirect(f"{asked}?{urlencode({BACK: request.get_full_path()})}")
