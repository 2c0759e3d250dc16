"""The page of a procedure, the checklist of one's own case, and the history."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from procedures.exports.linked_data import as_data_block, government_service
from procedures.exports.views import described, no_procedure, not_acceptable
from procedures.http.negotiation import PAGE, wanted_by
from procedures.http.page_cache import cached_page
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.pages.absent import absent, absent_or_404
from procedures.pages.checklist import checklist
from procedures.result_date.forms import ResultDateForm, result_date_data
from procedures.result_date.views import answer_context, calendar_for, is_answerable, promise_for
from procedures.search import facets
from procedures.search.index import ListedProcedure, catalogue_index
from procedures.search.life_events import Event, events_with
from procedures.versions.coming import coming, withdrawn_by
from procedures.versions.differences import differences
from procedures.versions.parts import channels_of, places_of
from procedures.versions.promises import promise, usual_offering
from units.calendar.lookup import working_calendar
from units.texts.wording import day_of

_SMALL = frozenset(map(str, range(200)))  # valid numbers of cases and papers in an address


@require_safe
@cached_page
def procedure(request: HttpRequest, ref: str) -> HttpResponse:
    """The page, or linked data for readers who prefer it."""
    return procedure_at(request, ref, timezone.now().replace(second=0, microsecond=0))  # as forms send it


def procedure_at(request: HttpRequest, ref: str, at: datetime) -> HttpResponse:
    """The page at the minute `at`."""
    version = ProcedureVersion.objects.for_page(day_of(at)).in_force(day_of(at)).filter(procedure__ref=ref).first()
    kind = wanted_by(request)
    if version is None:
        return absent(request, ref, day_of(at)) or _moved(ref) or _missing(kind)
    if kind != PAGE:
        answer = described(version, kind) if kind else not_acceptable(request)
    else:
        answer = _procedure_page(request, version, at)
    patch_vary_headers(answer, ["Accept"])
    return answer


def _procedure_page(request: HttpRequest, version: ProcedureVersion, at: datetime) -> HttpResponse:
    form = ResultDateForm(
        {**result_date_data(request.GET, at), "thu-tuc": version.procedure.ref}, at=at, version=version
    )
    answerable = is_answerable(form)
    calendar = calendar_for(form)
    context = {
        **_procedure_context(version, form.offering),
        "linked_data": _linked_data(request, version),
        "form": form,
        "now": promise(version, form.offering, at, calendar),
        "coming": coming(version, day_of(at)),
        **(answer_context(promise_for(form, calendar)) if answerable else {}),
    }
    return render(request, "procedures/pages/procedure.html", context, status=200 if answerable else 422)


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
        "ways": channels_of(version),
        "alongside": _alongside(version),
    }


def _alongside(version: ProcedureVersion) -> list[tuple[Event, list[ListedProcedure]]]:
    """The life events that include this procedure, each with its other procedures."""
    ref, number = version.procedure.ref, version.catalogue_number  # type: ignore[attr-defined]
    found = events_with(ref)
    on_offer = catalogue_index(day_of(timezone.now()), number).by_ref if found else {}
    return [
        (event, [on_offer[other] for other in event.refs if other in on_offer and other != ref]) for event in found
    ]


def _linked_data(request: HttpRequest, version: ProcedureVersion) -> SafeString:
    url = request.build_absolute_uri(version.get_absolute_url())
    return as_data_block(government_service(version, places_of(version), url))


@require_safe
@cached_page
def checklist_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The papers to bring in one's own case, to be printed or saved on a telephone; the address has the answers.
    Status 422 at an office that does not take the procedure in."""
    at = timezone.now()
    version = ProcedureVersion.objects.for_page(day_of(at)).in_force(day_of(at)).filter(procedure__ref=ref).first()
    if version is None:
        return absent_or_404(request, ref, day_of(at))
    places, slug = places_of(version), request.GET.get("noi-nop", "")
    is_place = not slug or any(place.unit.slug == slug for place in places)
    offering = next((place for place in places if place.unit.slug == slug or len(places) == 1), None)
    case, holds = request.GET.get("truong-hop", ""), request.GET.getlist("co")
    listed = checklist(
        version.papers,  # type: ignore[attr-defined]
        case=int(case) if case in _SMALL else None,
        holds={int(text) for text in holds if text in _SMALL},
        is_answered="tra-loi" in request.GET,
    )
    chosen = {"case": case, "holds": holds, "place": slug}
    context = _procedure_context(version, offering) | {"checklist": listed, "chosen": chosen, "is_place": is_place}
    filed_at = offering or usual_offering(places)
    now = promise(version, filed_at, at, working_calendar(filed_at.unit if filed_at else None))
    more = {"now": now, "today": day_of(at)}
    return render(request, "procedures/pages/checklist.html", context | more, status=200 if is_place else 422)


@require_safe
@cached_page
def history(request: HttpRequest, ref: str) -> HttpResponse:
    """Every version, newest first, with its differences from the one before; also versions that are not in force
    yet."""
    on = day_of(timezone.now())
    rows = ProcedureVersion.objects.filter(procedure__ref=ref).order_by("-valid__startswith").with_parts()
    versions = list(rows.select_related("procedure__field"))
    if not versions:
        raise Http404
    befores = [*versions[1:], None]
    changes = [
        (one, differences(before, one) if before else []) for one, before in zip(versions, befores, strict=True)
    ]
    ends = versions[0].valid.upper
    shown = next((one for one in versions if one.valid.lower is None or one.valid.lower <= on), versions[-1])
    context = {
        "version": shown,
        "changes": changes,
        "today": on,
        "ends": ends,
        "ended_by": withdrawn_by(shown.procedure_id, ends) if ends else "",
    }
    return render(request, "procedures/pages/history.html", context)


def _missing(kind: str) -> HttpResponse:
    """Raises Http404 for readers who want the page."""
    if kind == PAGE:
        raise Http404
    return no_procedure()


def _moved(ref: str) -> HttpResponse | None:
    """Redirects a code in other letter case and a verified national code to its procedure, or to the search when
    several levels have it."""
    meant = Q(ref__iexact=ref) | Q(national_code=ref, code_verified=True)
    refs = list(Procedure.objects.filter(meant).exclude(ref=ref).values_list("ref", flat=True))
    if not refs:
        return None
    if len(refs) == 1:
        return redirect("procedures:procedure", refs[0])
    return redirect(f"{reverse('procedures:catalogue')}?{urlencode({facets.QUERY: ref})}")
