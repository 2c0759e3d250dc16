"""The public page of one dossier, with more content once unlocked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dossiers.events.record import calendars_of
from dossiers.events.signed_links import feed_token
from dossiers.explanation.due_date import explain, pinned_terms, term_words
from dossiers.explanation.log import log_of
from dossiers.explanation.payments import payments_of
from dossiers.explanation.promise import changes_of
from dossiers.explanation.route import is_behind, route_of
from dossiers.models import LONG_TEXTS, Dossier, DossierEvent, DossierLeg, SupplementRequest
from dossiers.tracking.answer_words import NEEDS_REQUEST, Facts, answer_for
from dossiers.tracking.following.actions import ENDED
from dossiers.tracking.following.forms import FollowForm
from dossiers.tracking.opened import Proof
from units.calendar.lookup import both_calendars
from units.calendar.opening_hours import place
from units.clock.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class TrackedDossier:
    """A dossier with its legs and its events, in order; without events where the page is not unlocked."""

    dossier: Dossier
    events: list[DossierEvent]
    legs: list[DossierLeg]


def public_dossier(code: str) -> Dossier | None:
    """Reads everything that the page and the feeds show of the dossier itself; one query."""
    dossiers = Dossier.objects.select_related(
        "version", "desk__kind", "desk__parent", "receiving_desk", "handler", "holder", "late_unit"
    )
    found = dossiers.with_renewals().defer(*(f"version__{name}" for name in LONG_TEXTS)).filter(code=code)
    return next(iter(found), None)  # a code is unique: `first` would only add the cost of an order


def with_history(dossier: Dossier) -> TrackedDossier:
    """The dossier with events and legs; two queries."""
    return TrackedDossier(dossier, list(dossier.events.in_order().select_related("unit")), _legs(dossier))


def tracking_page(
    request: HttpRequest, dossier: Dossier, at: datetime, *, opened: Proof, form: FollowForm | None = None
) -> HttpResponse:
    """Renders the page; at most six queries. Status 422 for a follow form with errors."""
    is_unlocked, is_owner = opened is not Proof.CODE, opened is Proof.SECRET
    [(calendar, public_hours)] = both_calendars([dossier.desk])
    rows = with_history(dossier) if is_unlocked else TrackedDossier(dossier, [], _legs(dossier))
    route = route_of(dossier, at, rows.legs)
    facts = Facts(at, calendar, _last_request(dossier), rows.events, is_behind(route))
    context = {
        "dossier": dossier,
        "answer": answer_for(dossier, facts),
        "route": route,
        "place": place(dossier.desk, at, public_hours),
        "is_unlocked": is_unlocked,
        "is_owner": is_owner,
        "at": at,
    }
    if is_unlocked:
        context |= _unlocked(rows, calendar)
    if is_owner:
        context |= _for_owner(dossier, form)
    return render(request, "dossiers/tracking/tracking.html", context, status=422 if form and form.errors else 200)


def public_history(rows: TrackedDossier, calendar: WorkingCalendar | None = None) -> list[Any]:
    """The public log, newest first; names no person."""
    renewals = [(row["n"], datetime.fromisoformat(row["at"])) for row in getattr(rows.dossier, "renewals", ())]
    return log_of(rows.dossier, rows.events, rows.legs, public=True, renewals=renewals, calendar=calendar)


def _unlocked(rows: TrackedDossier, calendar: WorkingCalendar) -> dict[str, object]:
    """What secret and digits show: log, payments, term, explanation of the date."""
    dossier, events = rows.dossier, rows.events
    changes = changes_of(events, calendars_of(dossier.receiving_desk))
    return {
        "history": public_history(rows, calendar),
        "payments": payments_of(events),
        "term": term_words(pinned_terms(events)[0]),
        "why": explain(dossier.derivation, dossier.due_at, changes, calendar),
    }


def _for_owner(dossier: Dossier, form: FollowForm | None) -> dict[str, object]:
    """What only the secret shows: the follow form, and addresses that need no secret."""
    return {
        "follow_form": None if dossier.state in ENDED else form or FollowForm(),
        "feed_token": feed_token(dossier),
    }


def _legs(dossier: Dossier) -> list[DossierLeg]:
    return list(dossier.legs.select_related("unit", "step").order_by("position")) if dossier.received_at else []


def _last_request(dossier: Dossier) -> SupplementRequest | None:
    """The last supplement request, for statuses whose answer needs it."""
    if dossier.state not in NEEDS_REQUEST:
        return None
    prefetch_related_objects([dossier], "supplement_requests")  # the log shows them too
    return next(reversed(dossier.supplement_requests.all()), None)
