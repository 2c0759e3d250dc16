"""The search page, and suggestions while somebody types."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procedures.http.compression import compressed_if_public
from procedures.search import facets
from procedures.search.cards import cards, official_spelling
from procedures.search.elsewhere import meant_need
from procedures.search.find import LONGEST_QUERY, find
from procedures.search.index import PLACE, catalogue_index
from procedures.search.life_events import meant_event
from procedures.search.paging import leaf
from units.texts.wording import day_of

CARDS_A_PAGE: Final = 10
UNKNOWN_NAMED: Final = 5
SUGGESTED: Final = 6
USUAL: Final = 3


@require_safe
@compressed_if_public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Status 404 for a page after the last one, which is shown instead."""
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
        "spelt": official_spelling(found, shown) if query and found.ids else query,
        "event": meant_event(query),
        "need": meant_need(query),
        "usual": [] if shown else index.usual[:USUAL],
        "unknown": [value[:40] for value in unknown[:UNKNOWN_NAMED]],
        "facets": facets.facets(found, chosen),
        "active": facets.active(found, chosen, request.GET),
    }
    return render(request, "procedures/search/catalogue.html", context, status=page.status)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A few links for what has been typed so far, shown below the search box."""
    on = day_of(timezone.now())
    query = request.GET.get(facets.QUERY, "").strip()[:LONGEST_QUERY]
    found = find(query, {}, on, loosely=True) if query else None
    context = {
        "query": query,
        "rows": found.index.listed_as((found.ids or found.nearest)[:SUGGESTED]) if found else [],
        "event": meant_event(query),
        "need": meant_need(query),
    }
    return render(request, "procedures/search/_suggestions.html", context)
