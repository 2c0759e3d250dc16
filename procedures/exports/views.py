"""The catalogue for programs: linked data, tables, a feed of changes, and the sitemap."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from http.client import responses
from math import ceil
from typing import Any, Final

from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import activate, get_language, get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt  # else POST gets 403 instead of 405
from django.views.decorators.http import conditional_page, require_safe

from accounts.limits.throttles import VisitorThrottle
from procedures.exports.cpsv import as_jsonld, as_turtle, graph_of
from procedures.exports.freshness import last_modified
from procedures.exports.serializers.problems import PROBLEM
from procedures.exports.table import as_csv, as_json, rows, table_schema
from procedures.http.compression import compress_public
from procedures.http.negotiation import JSONLD, PAGE, TURTLE
from procedures.models import CatalogueVersion, Field, ProcedureVersion
from procedures.search.life_events import events
from procedures.versions.coming import Absence, absence
from units.clock.working_calendar import OFFICE_TIME
from units.texts.wording import day_of, short_date

CSV: Final = "text/csv"
JSON: Final = "application/json"
WRITTEN: Final[dict[str, Callable[[list[ProcedureVersion]], bytes]]] = {
    JSONLD: lambda versions: as_jsonld(graph_of(versions)),
    TURTLE: lambda versions: as_turtle(graph_of(versions)),
    CSV: lambda versions: as_csv(rows(versions)),
    JSON: lambda versions: as_json(rows(versions)),
}
ASKED_FIRST: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}
NEWEST: Final = 50

View = Callable[..., HttpResponse]

# The last dumps by kind; replaced when the catalogue changed or on another day.
_dumps: dict[str, tuple[tuple[int, date], bytes]] = {}


def open_to_all(view: View, *, since: Callable[[datetime], datetime] | None = last_modified) -> View:
    """Allows other sites to read the answer (CORS); answers 304 to clients that have it.

    `since` gives when the content last changed; None where that is not known.
    """
    conditional = conditional_page(_dated(view, since) if since else view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _open(HttpResponse(status=204, headers=ASKED_FIRST))

        def opened(made: HttpResponse) -> HttpResponse:
            return compress_public(request, _open(made))

        response = conditional(request, *args, **options)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.add_post_render_callback(opened)  # the API: only rendering shows whether it is 304
            return response
        return opened(response)

    return answer


def in_readers_language(view: View) -> View:
    """In the language of `Accept-Language`, since addresses for programs have none. It stays active until the answer
    is sent, since REST framework renders it after the view."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        activate(get_language_from_request(request))
        response = view(request, *args, **options)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return answer


def _dated(view: View, since: Callable[[datetime], datetime]) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = view(request, *args, **options)
        if response.status_code == 200:
            response.headers["Last-Modified"] = http_date(since(timezone.now()).timestamp())
            response.headers["Cache-Control"] = "no-cache"  # else caches guess a lifetime from the date
        return response

    return answer


def _open(response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
    return response


def dump_limited(view: View) -> View:
    """Limits whole catalogues to `DUMP_RATE` a visitor, then answers 429 as a problem (RFC 9457)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        limit = DumpThrottle()
        if limit.allow_request(request, None):  # type: ignore[arg-type]  # it reads nothing that is only REST's
            return view(request, *args, **options)
        wait = ceil(limit.wait() or 60)
        refused = problem(429, _("Lấy cả danh mục quá nhiều lần. Xin chờ một phút."))
        refused.headers["Retry-After"] = str(wait)
        return refused

    return answer


class DumpThrottle(VisitorThrottle):
    scope = "dump"


def problem(status: int, detail: str) -> JsonResponse:
    """An error for a program (RFC 9457), with a sentence."""
    body = {"type": "about:blank", "title": responses[status], "status": status, "detail": detail}
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    answer.headers["Content-Type"] = PROBLEM
    return answer


def no_procedure() -> HttpResponse:
    """Status 404 for a program."""
    answer = problem(404, _("Không có thủ tục mang mã này."))
    patch_vary_headers(answer, ["Accept"])
    return answer


def not_acceptable(request: HttpRequest) -> HttpResponse:
    """Status 406 for an Accept header that matches nothing here, naming what there is."""
    sentence = _("Ở địa chỉ này chỉ có: %(kinds)s.") % {"kinds": ", ".join((PAGE, JSONLD, TURTLE))}
    answer = problem(406, sentence)
    patch_vary_headers(answer, ["Accept"])
    return answer


def gone(found: Absence) -> HttpResponse:
    """Status 410 for a procedure that ended, with the day."""
    assert found.since, "one that ended has a last day"
    sentence = _("Thủ tục này đã bãi bỏ từ ngày %(day)s.") % {"day": f"{found.since:%d/%m/%Y}"}
    answer = problem(410, sentence)
    patch_vary_headers(answer, ["Accept"])
    return answer


def described(version: ProcedureVersion, kind: str) -> HttpResponse:
    """One procedure as linked data; `version` as read by `for_page`."""
    document = graph_of([version])
    content = as_turtle(document) if kind == TURTLE else as_jsonld(document)
    return HttpResponse(content, content_type=f"{kind}; charset=utf-8")


@csrf_exempt
@open_to_all
@require_safe
def procedure(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    on = day_of(timezone.now())
    version = ProcedureVersion.objects.for_page(on).in_force(on).filter(procedure__ref=ref).first()
    if version:
        return described(version, kind)
    found = absence(ref, on)
    return gone(found) if found and found.is_over else no_procedure()


@csrf_exempt
@open_to_all
@dump_limited
@require_safe
def dump(request: HttpRequest, kind: str) -> HttpResponse:
    """Everything on offer as linked data or as a table."""
    if kind == JSON:
        return HttpResponse(_dumped(kind), content_type=kind)
    answer = HttpResponse(_dumped(kind), content_type=f"{kind}; charset=utf-8")
    if kind == CSV:
        answer.headers["Content-Type"] += "; header=present"
        answer.headers["Content-Disposition"] = 'attachment; filename="thu-tuc.csv"'
    return answer


def _dumped(kind: str) -> bytes:
    on = day_of(timezone.now())
    key = (CatalogueVersion.objects.values_list("number", flat=True).first() or 0, on)
    if kind not in _dumps or _dumps[kind][0] != key:
        versions = list(ProcedureVersion.objects.for_page(on).on_offer(on).order_by("sort_key", "pk"))
        _dumps[kind] = (key, WRITTEN[kind](versions))
    return _dumps[kind][1]


@csrf_exempt
@open_to_all
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return JsonResponse(table_schema(), json_dumps_params={"ensure_ascii": False})


def _on_offer() -> QuerySet[ProcedureVersion]:
    on = day_of(timezone.now())
    return ProcedureVersion.objects.for_list(on).on_offer(on).defer("search").order_by("sort_key", "pk")


class _ChangesFeed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """The last change of the catalogue: it may have ended a version, or the last one."""
        changed_at: datetime = self.feed["changed_at"]
        return changed_at


class Changes(Feed):  # type: ignore[type-arg]  # generic for type checkers only
    """Versions that took effect, the newest first (RFC 4287)."""

    feed_type = _ChangesFeed

    def author_name(self) -> str:
        return _("Cổng một cửa")

    def feed_extra_kwargs(self, obj: None) -> dict[str, Any]:
        return {"changed_at": last_modified(timezone.now())}

    def title(self) -> str:
        return _("Thủ tục mới đổi")

    def link(self) -> str:
        return reverse("procedures:changes")

    def items(self) -> QuerySet[ProcedureVersion]:
        return ProcedureVersion.objects.changed(day_of(timezone.now())).select_related("procedure__field")[:NEWEST]

    def item_title(self, item: ProcedureVersion) -> str:
        return item.name

    def item_description(self, item: ProcedureVersion) -> str:
        since = short_date(item.valid.lower, get_language() or "vi") if item.valid.lower else ""
        begun = _("Có hiệu lực từ %(day)s") % {"day": since} if since else ""
        return ". ".join(filter(None, [item.procedure.field.name, begun, item.decision]))

    def item_link(self, item: ProcedureVersion) -> str:
        return reverse("procedures:history", args=[item.procedure.ref])

    def item_guid(self, item: ProcedureVersion) -> str:
        """An address that does not change when the portal moves to another host (RFC 4151)."""
        return f"tag:motcua,2026:thu-tuc/{item.procedure.ref}/{item.valid.lower}"

    item_guid_is_permalink = False

    def item_updateddate(self, item: ProcedureVersion) -> datetime | None:
        return datetime.combine(item.valid.lower, time(), OFFICE_TIME) if item.valid.lower else None


changes = csrf_exempt(open_to_all(require_safe(Changes())))


class Procedures(Sitemap):  # type: ignore[type-arg]
    """The page of every procedure on offer, in both languages."""

    i18n = alternates = x_default = True

    def items(self) -> QuerySet[ProcedureVersion]:
        return _on_offer().prefetch_related(None)

    def lastmod(self, item: ProcedureVersion) -> datetime | None:
        return datetime.combine(item.valid.lower, time(), OFFICE_TIME) if item.valid.lower else None


class Lists(Sitemap):  # type: ignore[type-arg]
    """The front page and the lists with addresses of their own."""

    i18n = alternates = x_default = True

    def items(self) -> list[tuple[str, str]]:
        plain = ["home", "catalogue", "result_date", "life_events", "fields", "letters", "changes"]
        fields = Field.objects.filter(procedures__offerings__valid__contains=day_of(timezone.now())).distinct()
        named = [("life_event", event.slug) for event in events()]
        return [*((name, "") for name in plain), *named, *(("field", field.slug) for field in fields)]

    def location(self, item: tuple[str, str]) -> str:
        name, slug = item
        return reverse(f"procedures:{name}", args=[slug] if slug else [])


ROBOTS: Final = """User-agent: *
Disallow: /can-bo/
Disallow: /dieu-hanh/
Disallow: /quan-tri/
Disallow: /tra-cuu/
Disallow: /theo-doi/
Disallow: /man-hinh/
Disallow: /thu-tuc/goi-y/

Sitemap: {}
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS.format(request.build_absolute_uri("/sitemap.xml")), content_type="text/plain")


SITEMAPS: Final = {"procedures": Procedures, "lists": Lists}
