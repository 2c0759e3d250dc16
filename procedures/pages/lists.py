"""Lists of procedures under permanent addresses: life events, fields, letters, changes."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from procedures.http.page_cache import cached_page
from procedures.models import ProcedureVersion
from procedures.search.bit_sets import members
from procedures.search.index import (
    FIELD,
    CatalogueIndex,
    ListedProcedure,
    NamedOption,
    catalogue_index,
)
from procedures.search.life_events import event as event_of
from procedures.search.life_events import events
from procedures.search.paging import leaf
from units.texts.folding import initial, sort_key
from units.texts.wording import day_of, is_english

ROWS_A_PAGE: Final = 60
CHANGES_A_PAGE: Final = 30


@require_safe
@cached_page
def life_events(request: HttpRequest) -> HttpResponse:
    return render(request, "procedures/pages/events.html", {"events": events()})


@require_safe
@cached_page
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps of a life event; leaves out steps without a procedure on offer."""
    event = event_of(slug)
    if event is None:
        raise Http404
    on_offer = catalogue_index(day_of(timezone.now())).by_ref
    steps = [(step, [on_offer[ref] for ref in step.refs if ref in on_offer]) for step in event.steps]
    others = [other for other in events() if other is not event]
    context = {"event": event, "steps": [(step, rows) for step, rows in steps if rows], "others": others}
    return render(request, "procedures/pages/event.html", context)


@require_safe
@cached_page
def fields(request: HttpRequest) -> HttpResponse:
    """Every field with at least one procedure on offer, and how many it has."""
    index = catalogue_index(day_of(timezone.now()))
    rows = [(slug, named, index.values[FIELD][slug].bit_count()) for slug, named in index.labels[FIELD].items()]
    rows.sort(key=lambda row: _order(row[1]))
    return render(request, "procedures/pages/fields.html", {"fields": rows})


def _order(field: NamedOption) -> str:
    """By the alphabet of the page's language."""
    return field.name_en.casefold() if field.name_en and is_english(get_language() or "") else sort_key(field.name)


@require_safe
@cached_page
def field(request: HttpRequest, slug: str) -> HttpResponse:
    index = catalogue_index(day_of(timezone.now()))
    if slug not in index.labels[FIELD]:
        raise Http404
    rows = [index.listed[place] for place in members(index.values[FIELD][slug])]
    context = {"field": index.labels[FIELD][slug], "slug": slug}
    return _leafed(request, "procedures/pages/field.html", rows, context)


@require_safe
@cached_page
def letter(request: HttpRequest, letter: str = "") -> HttpResponse:
    """Procedures by the first letter of their name in the Vietnamese alphabet; without `letter`, those of the
    first."""
    letters = _by_letter(catalogue_index(day_of(timezone.now())))
    letter = letter.upper() or next(iter(letters), "")
    if letter not in letters and letters:
        raise Http404
    context = {"letters": list(letters), "letter": letter}
    return _leafed(request, "procedures/pages/letter.html", letters.get(letter, []), context)


def _by_letter(index: CatalogueIndex) -> dict[str, list[ListedProcedure]]:
    """In alphabetical order, which is that of the index."""
    letters: dict[str, list[ListedProcedure]] = {}
    for row in index.listed:
        letters.setdefault(initial(row.name), []).append(row)
    return letters


@require_safe
@cached_page
def changes(request: HttpRequest) -> HttpResponse:
    """Versions of procedures on offer that have taken effect, newest first."""
    on = day_of(timezone.now())
    rows = ProcedureVersion.objects.changed(on).select_related("procedure__field", "procedure__level")
    page = leaf(request, rows, CHANGES_A_PAGE)
    context = {"page": page.page, "asked_page": page.missing}
    return render(request, "procedures/pages/changes.html", context, status=page.status)


def _leafed(request: HttpRequest, template: str, rows: list[ListedProcedure], context: dict[str, Any]) -> HttpResponse:
    page = leaf(request, rows, ROWS_A_PAGE)
    more = {"page": page.page, "asked_page": page.missing, "count": len(rows)}
    return render(request, template, context | more, status=page.status)
