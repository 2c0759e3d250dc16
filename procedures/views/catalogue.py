"""Looking for a procedure: the front page's part, the search, and what is suggested while somebody types."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procedures import facets
from procedures.cards import cards, said_as
from procedures.catalogue_file import word_list
from procedures.elsewhere import meant_need
from procedures.events import events, meant_event
from procedures.forms import ResultDateForm
from procedures.index import PLACE, catalogue_index, grouped
from procedures.packing import packed_if_public
from procedures.search import LONGEST_QUERY, find
from procedures.views.paging import leaf
from units.wording import day_of

CARDS_A_PAGE: Final = 10
UNKNOWN_NAMED: Final = 5
EVENTS_AT_HOME: Final = 8
SUGGESTED: Final = 6
USUAL: Final = 3


def home_context(at: datetime) -> dict[str, Any]:
    """What the front page prints of the catalogue. Its view is the portal's, which adds how promises were kept."""
    index = catalogue_index(day_of(at))
    lists = word_list("home")
    return {
        "procedures_count": len(index.ids),
        "places_count": len(index.labels[PLACE]),
        "chips": lists["chips"],
        "events": events()[:EVENTS_AT_HOME],
        "choices": grouped(index.usual),
        "form": ResultDateForm(None, at=at),
        "today": day_of(at),
    }


@require_safe
@packed_if_public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Status 404 on a page behind the last one, which is shown instead."""
    at = timezone.now()
    typed = request.GET.get(facets.QUERY, "").strip()
    query, index = typed[:LONGEST_QUERY], catalogue_index(day_of(at))
    chosen, unknown = facets.read_chosen(request.GET, index)
    as_typed = request.GET.get(facets.AS_TYPED) == "1"
    found = find(query, chosen, day_of(at), index, loosely=True, as_typed=as_typed)
    page = leaf(request, found.ids or found.nearest, CARDS_A_PAGE)
    shown = cards(list(page.page.object_list), found, chosen.get(PLACE, [""])[0], at)
    context = {
        "query": query,
        "is_cut": len(typed) > LONGEST_QUERY,
        "as_typed": as_typed,
        "found": found,
        "cards": shown,
        "page": page.page,
        "asked_page": page.missing,
        "said": said_as(found, shown) if query and found.ids else query,
        "event": meant_event(query),
        "need": meant_need(query),
        "usual": [] if shown else index.usual[:USUAL],
        "unknown": [value[:40] for value in unknown[:UNKNOWN_NAMED]],
        "facets": facets.facets(found, chosen),
        "active": facets.active(found, chosen, request.GET),
    }
    return render(request, "procedures/catalogue.html", context, status=page.status)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A few links for what has been typed so far, to stand under a search box."""
    on = day_of(timezone.now())
    query = request.GET.get(facets.QUERY, "").strip()[:LONGEST_QUERY]
    found = find(query, {}, on, loosely=True) if query else None
    context = {
        "query": query,
        "rows": found.index.listed_as((found.ids or found.nearest)[:SUGGESTED]) if found else [],
        "event": meant_event(query),
        "need": meant_need(query),
    }
    return render(request, "procedures/_suggestions.html", context)
