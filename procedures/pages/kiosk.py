"""The kiosk, a touch screen: large buttons to the usual procedures, and a QR code of each page."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from procedures.models import ProcedureVersion
from procedures.pages.absent import absent_or_404
from procedures.search import facets
from procedures.search.elsewhere import meant_need
from procedures.search.find import LONGEST_QUERY, find
from procedures.search.index import catalogue_index
from procedures.search.life_events import event as event_of
from procedures.search.life_events import events, meant_event
from procedures.versions.parts import places_of
from procedures.versions.promises import promise, usual_offering
from units.calendar.lookup import working_calendar
from units.texts.typesetting import qr
from units.texts.wording import day_of

MOST_FOUND: Final = 8
EVENT: Final = "viec"
FEW: Final = 3


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Life events and the usual procedures; with a query its results, or a few usual procedures if there are none."""
    on = day_of(timezone.now())
    index = catalogue_index(on)
    query = request.GET.get(facets.QUERY, "").strip()[:LONGEST_QUERY]
    found = find(query, {}, on, index, loosely=True) if query else None
    rows = index.listed_as((found.ids or found.nearest)[:MOST_FOUND]) if found else []
    context = {
        "events": events(),
        "query": query,
        "event": meant_event(query),
        "need": meant_need(query),
        "is_exact": bool(found and found.ids and not found.is_loose),
        "found": rows,
        "rows": rows or index.usual[: FEW if query else None],
    }
    return render(request, "procedures/pages/kiosk.html", context)


@require_safe
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_of(slug)
    if event is None:
        raise Http404
    on_offer = catalogue_index(day_of(timezone.now())).by_ref
    steps = [(step, [on_offer[ref] for ref in step.refs if ref in on_offer]) for step in event.steps]
    context = {"event": event, "steps": [(step, rows) for step, rows in steps if rows]}
    return render(request, "procedures/pages/kiosk_event.html", context)


@require_safe
def procedure(request: HttpRequest, ref: str) -> HttpResponse:
    """Papers, cost, result date, and a QR code of the page; links back to the search or life event named in the
    address."""
    at = timezone.now()
    version = ProcedureVersion.objects.for_page(day_of(at)).in_force(day_of(at)).filter(procedure__ref=ref).first()
    if version is None:
        return absent_or_404(request, ref, day_of(at))
    offering = usual_offering(places_of(version))
    address = settings.PORTAL_URL + version.get_absolute_url()
    context = {
        "version": version,
        "offices": [place.unit for place in places_of(version)],
        "now": promise(version, offering, at, working_calendar(offering.unit if offering else None)),
        "query": request.GET.get(facets.QUERY, "").strip()[:LONGEST_QUERY],
        "event": event_of(request.GET.get(EVENT, "")),
        "address": address,
        "qr": mark_safe(qr(address)),  # our own SVG of our own address  # noqa: S308
    }
    return render(request, "procedures/pages/kiosk_procedure.html", context)
