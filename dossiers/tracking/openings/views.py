"""Who opened my dossier: a page and JSON for a browser that opened the dossier with its secret."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers.models import Dossier, DossierReading
from dossiers.tracking.opened import Proof, opened_by, read_entries
from dossiers.tracking.openings.ledger import Opening, openings, readings_of
from dossiers.tracking.page import public_dossier

PAGE: Final = 20
MACHINES: Final = "may"


@never_cache
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """`?xem=may`: what machines read; `?trang=2`. Redirects to the dossier's page where the secret was not typed."""
    dossier = _opened(request, code)
    if dossier is None:
        return redirect("dossiers:tracking", code)
    rows, by_machines = _rows(request, dossier)
    other = readings_of(dossier, by_machines=not by_machines).count()
    context = {
        "dossier": dossier,
        "page": rows,
        "openings": openings(rows),
        "by_machines": by_machines,
        "people": other if by_machines else rows.paginator.count,
        "machines": rows.paginator.count if by_machines else other,
    }
    return render(request, "dossiers/tracking/openings/page.html", context)


@never_cache
@require_safe
def as_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same rows; each has the three fields of the Estonian data tracker: `logtime`, `action`, `receiver`."""
    dossier = _opened(request, code)
    if dossier is None:
        raise Http404
    rows, by_machines = _rows(request, dossier)
    answer = {
        "code": dossier.code,
        "by": "machines" if by_machines else "people",
        "count": rows.paginator.count,
        "usage": [_usage(one) for one in openings(rows)],
        "next": _next(request, rows),
    }
    return JsonResponse(answer, headers={"X-Robots-Tag": "noindex"})


def _opened(request: HttpRequest, code: str) -> Dossier | None:
    """The dossier, where this browser opened it with its secret; the digits of a telephone number do not suffice."""
    dossier = public_dossier(code)
    if dossier is None or opened_by(read_entries(request), dossier) is not Proof.SECRET:
        return None
    return dossier


def _rows(request: HttpRequest, dossier: Dossier) -> tuple[Page[DossierReading], bool]:
    by_machines = request.GET.get("xem") == MACHINES
    rows = readings_of(dossier, by_machines=by_machines)
    return Paginator(rows, PAGE).get_page(request.GET.get("trang")), by_machines


def _usage(one: Opening) -> dict[str, Any]:
    receiver = {"office": one.office, "function": one.function}
    return {"logtime": one.at.isoformat(), "action": one.purpose, "receiver": receiver}


def _next(request: HttpRequest, rows: Page[DossierReading]) -> str | None:
    if not rows.has_next():
        return None
    asked = QueryDict(mutable=True)
    if request.GET.get("xem") == MACHINES:
        asked["xem"] = MACHINES
    asked["trang"] = str(rows.next_page_number())
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
