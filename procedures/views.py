"""The public pages of the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from procedures import facets
from procedures.cards import cards, channel_labels, places_of, said_as
from procedures.catalogue_file import word_list
from procedures.forms import ResultDateForm, result_date_data
from procedures.index import PLACE, CatalogueIndex, Listed, catalogue_index
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.promises import Promise, promise, promise_for_term
from procedures.search import find
from units.calendars import working_calendar
from units.explanation import CIVIL_CODE, day_lines, rule_in_words, warnings
from units.wording import day_of
from units.working_time import WorkingCalendar

CARDS_A_PAGE = 10
UNKNOWN_NAMED = 5


def home_context(at: datetime) -> dict[str, Any]:
    """What the front page prints of the catalogue. Its view is the portal's, which adds how promises were kept."""
    index = catalogue_index(day_of(at))
    lists = word_list("home")
    known = {listed.ref: listed for listed in index.listed}
    return {
        "procedures_count": len(index.ids),
        "places_count": len(index.labels[PLACE]),
        "chips": lists["chips"],
        "events": lists["events"],
        "choices": _grouped([known[ref] for ref in lists["popular"] if ref in known]),
        "form": ResultDateForm(None, at=at),
        "today": day_of(at),
    }


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    query = request.GET.get(facets.QUERY, "").strip()
    index = catalogue_index(day_of(at))
    chosen, unknown = facets.read_chosen(request.GET, index)
    found = find(query, chosen, day_of(at), index)
    page = Paginator(found.ids or found.nearest, CARDS_A_PAGE).get_page(request.GET.get(facets.PAGE))
    place = chosen.get(PLACE, [""])[0]
    shown = cards(list(page.object_list), found.understood, place, at)
    context = {
        "query": query,
        "found": found,
        "cards": shown,
        "page": page,
        "said": said_as(found, shown) if query and found.ids else query,
        "unknown": unknown[:UNKNOWN_NAMED],
        "facets": facets.facets(found, chosen),
        "active": facets.active(found, chosen, request.GET),
    }
    return render(request, "procedures/catalogue.html", context)


@require_safe
def procedure(request: HttpRequest, ref: str) -> HttpResponse:
    at = timezone.now()
    version = ProcedureVersion.objects.for_page(day_of(at)).in_force(day_of(at)).filter(procedure__ref=ref).first()
    if version is None:
        return _moved(ref)
    form = ResultDateForm({**result_date_data(request.GET, at), "thu-tuc": ref}, at=at, version=version)
    answerable = _is_answerable(form)
    calendar = working_calendar(form.offering.unit if form.offering else None)
    context = {
        **_procedure_context(version, form.offering),
        "form": form,
        "now": promise(version, form.offering, at, calendar),
        **(_answer(_promise(form, calendar)) if answerable else {}),
    }
    return render(request, "procedures/procedure.html", context, status=200 if answerable else 422)


def _procedure_context(version: ProcedureVersion, offering: Offering | None) -> dict[str, Any]:
    offerings = places_of(version)
    return {
        "version": version,
        "procedure": version.procedure,
        "offerings": offerings,
        "offices": [offered.unit for offered in offerings],
        "places": [(offered.unit.slug, offered.unit.name) for offered in offerings],
        "offering": offering,
        "desk": offering.unit.desk if offering else None,
        "ways": channel_labels(version),
    }


def _moved(ref: str) -> HttpResponse:
    """A verified national code leads to its procedure, or to the search when it stands at several levels."""
    refs = list(Procedure.objects.filter(national_code=ref, code_verified=True).values_list("ref", flat=True))
    if not refs:
        raise Http404
    if len(refs) == 1:
        return redirect("procedures:procedure", refs[0])
    return redirect(f"{reverse('procedures:catalogue')}?{urlencode({facets.QUERY: ref})}")


def _is_answerable(form: ResultDateForm) -> bool:
    if form.is_valid() and form.version:
        form.choose_place(places_of(form.version))
    form.keep_typed()
    return not form.errors


def _answer(made: Promise) -> dict[str, Any]:
    """The promise and its explanation day by day."""
    if made.due is None:
        return {"promise": made}
    return {
        "promise": made,
        "lines": day_lines(made.due),
        "rule": rule_in_words(made.due),
        "law": CIVIL_CODE,
        "warnings": warnings(made.due),
    }


def _promise(form: ResultDateForm, calendar: WorkingCalendar) -> Promise:
    if form.version:
        return promise(form.version, form.offering, form.received_at, calendar)
    assert form.term, "a form without errors has a procedure or a term"
    return promise_for_term(form.term, form.received_at, calendar)


@require_safe
def result_date(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    index = catalogue_index(day_of(at))
    form = ResultDateForm(result_date_data(request.GET, at), at=at)
    asked = bool(request.GET)
    answerable = asked and _is_answerable(form)
    calendar = working_calendar(form.offering.unit if form.offering else None)
    context = {
        "form": form if asked else ResultDateForm(None, at=at),
        "asked": asked,
        "version": form.version,
        "offering": form.offering,
        "choices": _grouped(index.listed),
        "places": _places(form, index),
        "today": day_of(at),
        **(_answer(_promise(form, calendar)) if answerable else {}),
    }
    return render(request, "procedures/result_date.html", context, status=200 if answerable or not asked else 422)


def _places(form: ResultDateForm, index: CatalogueIndex) -> list[tuple[str, str]]:
    """The offices to choose from: those that take in the chosen procedure, else all that take in any."""
    if form.version:
        return [(offering.unit.slug, offering.unit.name) for offering in places_of(form.version)]
    return [(slug, named.name) for slug, named in index.labels[PLACE].items()]


def _grouped(listed: Sequence[Listed]) -> list[tuple[str, list[Listed]]]:
    """Procedures by field, for a list to choose from."""
    by_field = sorted(listed, key=lambda row: row.field)
    return [(field, list(rows)) for field, rows in groupby(by_field, key=lambda row: row.field)]
