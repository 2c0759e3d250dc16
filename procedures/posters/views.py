"""Notices as PDF, and the page that says whether a posted one is current."""

from datetime import date
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.limits.throttles import costly, too_often
from files.locks import Task, only_one
from procedures.models import Offering, ProcedureVersion
from procedures.pages.absent import absent_or_404
from procedures.posters.drawing import (
    Data,
    is_current,
    is_mark,
    list_poster,
    posters_pdf,
    procedure_poster,
)
from procedures.search.bit_sets import members
from procedures.search.index import FIELD, PLACE, catalogue_index
from procedures.versions.parts import places_of
from units.models import Unit
from units.texts.wording import day_of

MOST_ROWS: Final = 400
BOOKLET: Final = "tung-ban"
BOOKLET_COST: Final = 10
BOOKLET_SECONDS: Final = 10
"""One booklet is set at a time: each takes a thread of the web and a core for seconds."""


@require_safe
@costly()
def procedure_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """Today's notice of one procedure, at the office `noi-nop` or for all; A4."""
    on = day_of(timezone.now())
    if (version := _version(ref, on)) is None:
        return absent_or_404(request, ref, on)
    return _pdf([procedure_poster(version, _place(request, version), on)], ref, on)


@require_safe
def posted(request: HttpRequest, ref: str) -> HttpResponse:
    """Whether the notice with the scanned check code (`dau`) agrees with the portal today. Status 404 without a code,
    410 if the procedure ended, 422 if no notice has such a code or day."""
    on, mark = day_of(timezone.now()), request.GET.get("dau", "")
    if (version := _version(ref, on)) is None:
        return absent_or_404(request, ref, on)
    if not mark:
        raise Http404
    place, posted_on = _place(request, version), _day(request.GET.get("ngay", ""))
    is_readable = is_mark(mark) and (posted_on is None or posted_on <= on)
    context = {
        "version": version,
        "offering": place,
        "mark": mark[:20],
        "posted_on": posted_on,
        "is_readable": is_readable,
        "is_current": is_current(mark, version, place),
        "today": on,
    }
    return render(request, "procedures/posters/posted.html", context, status=200 if is_readable else 422)


def _cost(request: HttpRequest) -> int:
    """A booklet of notices takes seconds."""
    return BOOKLET_COST if BOOKLET in request.GET else 1


@require_safe
@costly(_cost)
def field_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of a field's procedures, at the office `noi-nop` or at all; with `tung-ban` their notices one after the
    other."""
    on = day_of(timezone.now())
    index, office = catalogue_index(on), request.GET.get("noi-nop", "")
    if slug not in index.labels[FIELD] or (office and office not in index.labels[PLACE]):
        raise Http404
    places = index.values[FIELD][slug] & (index.values[PLACE][office] if office else index.everything)
    ids = [index.ids[place] for place in members(places)]
    if BOOKLET in request.GET:
        with only_one(Task.BOOKLET) as alone:
            return _each(office, ids, slug, on) if alone else too_often(request, BOOKLET_SECONDS)
    named = index.labels[FIELD][slug].name
    address = reverse("procedures:field", args=[slug])
    return _list(f"Lĩnh vực {named}", office, ids, address, slug, on)


@require_safe
@costly()
def office_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of everything an office takes in."""
    on = day_of(timezone.now())
    index = catalogue_index(on)
    if slug not in index.labels[PLACE]:
        raise Http404
    ids = [index.ids[place] for place in members(index.values[PLACE][slug])]
    return _list("Thủ tục nhận tại đây", slug, ids, f"{reverse('procedures:catalogue')}?noi={slug}", slug, on)


def _each(office: str, ids: list[int], name: str, on: date) -> HttpResponse:
    """In the order of the list."""
    rows = ProcedureVersion.objects.for_page(on).in_bulk(ids[:MOST_ROWS])
    versions = [rows[pk] for pk in ids if pk in rows]
    places = [next((place for place in places_of(one) if place.unit.slug == office), None) for one in versions]
    drawn = [procedure_poster(version, place, on) for version, place in zip(versions, places, strict=True)]
    return _pdf(drawn, name, on)


def _list(title: str, office: str, ids: list[int], address: str, name: str, on: date) -> HttpResponse:
    if not ids:
        raise Http404
    rows = ProcedureVersion.objects.for_list(on).in_bulk(ids[:MOST_ROWS])
    unit = Unit.objects.filter(slug=office).first() if office else None
    return _pdf([list_poster(title, unit, [rows[pk] for pk in ids if pk in rows], address, on)], name, on)


def _version(ref: str, on: date) -> ProcedureVersion | None:
    return ProcedureVersion.objects.for_page(on).in_force(on).filter(procedure__ref=ref).first()


def _place(request: HttpRequest, version: ProcedureVersion) -> Offering | None:
    """The offering at the office named in the address. Raises Http404 if it does not take the procedure in."""
    slug = request.GET.get("noi-nop", "")
    found = next((place for place in places_of(version) if place.unit.slug == slug), None)
    if slug and not found:
        raise Http404
    return found


def _pdf(posters: list[Data], name: str, on: date) -> HttpResponse:
    """Status 404 where there is nothing to post."""
    if not posters:
        raise Http404
    answer = HttpResponse(posters_pdf(posters, on), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="niem-yet-{name}.pdf"'
    return answer


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
