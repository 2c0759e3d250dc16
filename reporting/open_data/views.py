"""Open data: the page that explains it, its files, and its entry for catalogues."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from reporting.definitions.targets import PUBLISH_FROM
from reporting.open_data import editions
from reporting.open_data.catalogue import dcat
from reporting.open_data.dictionary import LICENCE, MOST_DAYS, TABLES
from reporting.open_data.serving import answer_with
from reporting.open_data.yearly_figures import yearly_figures
from units.models import Unit


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/so-lieu/du-lieu/`: what there is, what every column means, what is left out and why, how to count again."""
    edition, language = editions.latest(), get_language() or "vi"
    context: dict[str, Any] = {
        "edition": edition,
        "licence": LICENCE,
        "publish_from": PUBLISH_FROM,
        "most_days": MOST_DAYS,
    }
    if edition is not None:
        context["yearly"] = yearly_figures(edition)
        context["tables"] = [
            {
                "name": table.name,
                "description": table.description.of(language),
                "rows": edition.rows[table.name],
                "files": edition.files_of(table.name),
                "columns": [(column.name, column.description.of(language)) for column in table.columns],
                "schema": f"{table.name}.schema.json",
            }
            for table in TABLES
        ]
    return render(request, "reporting/open_data/page.html", context)


@require_safe
def download(request: HttpRequest, edition: str, name: str) -> HttpResponseBase:
    """`/so-lieu/du-lieu/2026-10.1/ho-so-da-xong.csv`: never changes. 404 for what is not in an edition we keep."""
    found = editions.find(edition)
    file = found.file(name) if found else None
    if found is None or file is None:
        raise Http404
    return answer_with(request, found, file)


@require_safe
def newest(request: HttpRequest, name: str) -> HttpResponse:
    """`/so-lieu/du-lieu/moi-nhat/ho-so-da-xong.csv` leads to that file of the newest edition."""
    edition = editions.latest()
    if edition is None or edition.file(name) is None:
        raise Http404
    answer = HttpResponseRedirect(reverse("open_data:file", args=[edition.name, name]))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """`/so-lieu/du-lieu/dcat.jsonld`: what harvesters read. 404 before the first edition."""
    edition = editions.latest()
    if edition is None:
        raise Http404
    tenant = Unit.objects.tenant()
    entry = dcat(
        edition,
        page=f"{settings.PORTAL_URL}{reverse('reporting:open_data')}",
        publisher=tenant.name if tenant else "",
        address=lambda file: f"{settings.PORTAL_URL}{reverse('open_data:file', args=[edition.name, file.name])}",
    )
    answer = JsonResponse(entry, json_dumps_params={"ensure_ascii": False}, content_type="application/ld+json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
