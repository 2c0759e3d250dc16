"""One dossier as staff see it: its page, with the acts on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from dossiers.actions import note_readings
from dossiers.actions.record import calendars_of
from dossiers.acts import acts_on
from dossiers.acts.travelling import legs_in
from dossiers.care import care_of
from dossiers.explanation import explain
from dossiers.history import history_of
from dossiers.models import READING_ROLES
from dossiers.payments import payments_of
from dossiers.permissions import visible_file
from dossiers.promise import changes_of
from dossiers.route import route_of
from dossiers.views.staff import staff_only
from dossiers.wording import WITHOUT_RESULT, deadline_badge, heading_date, state_words
from units.calendars import working_calendar


@staff_only(*READING_ROLES)
@require_GET
def dossier(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The whole file with the form of the next thing to do; that it was opened is recorded."""
    file = visible_file(user, code)
    at, calendar = timezone.now(), working_calendar(file.desk)
    note_readings(dossiers=[file], user=user, page="dossier", at=at)
    acts = acts_on(file, user)
    main = acts.pop(0) if acts and acts[0].is_main else None
    events = list(file.events.in_order().select_related("unit", "actor"))
    legs, payments = legs_in(file), payments_of(events)
    context = {
        "dossier": file,
        "badge": deadline_badge(file, at, calendar),
        "status": state_words(file),
        "due_day": heading_date(file.due_at) if file.due_at else "",
        "new_day": heading_date(file.new_due_at) if file.new_due_at else "",
        "is_without_result": file.outcome in WITHOUT_RESULT,
        "main": main,
        "main_form": main and main.form(None, dossier=file, user=user, at=at),
        "seen": events[-1].number,
        "acts": acts,
        "slips": file.slips.all(),
        "care": care_of(file, payments),
        "payments": payments,
        "events": events[::-1],
        "history": history_of(file, events, legs),
        "route": route_of(file, at, legs),
        "why": explain(file.derivation, file.due_at, changes_of(events, calendars_of(file.receiving_desk)), calendar),
        "tab": "queue",
    }
    return render(request, "dossiers/dossier.html", context)
