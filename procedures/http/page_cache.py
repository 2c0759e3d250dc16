"""Keeps public pages in the memory of each process: only what is the same for every reader. See docs/adr/0018."""

from functools import wraps
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import patch_vary_headers, set_response_etag
from django.utils.http import http_date
from django.views.decorators.http import conditional_page

from procedures.http.compression import PERSONAL, View, accepts_brotli, compress_public, is_public
from procedures.http.negotiation import PAGE, wanted_by
from units.context import THEME_COOKIE, THEMES, forget_desk

_NUMBERS: Final = "SELECT * FROM procedures_catalogueversion c FULL JOIN units_calendarversion k USING (id)"
_GZIP: Final = GZipMiddleware(lambda _request: HttpResponse())


def cached_page(view: View) -> View:
    """Draws the page once a minute and whenever catalogue or calendar change; answers 304 to clients that have it."""

    @conditional_page
    def cached(request: HttpRequest, key: str, *args: Any, **options: Any) -> HttpResponse:
        response: HttpResponse | None = caches["pages"].get(key)
        if response is None:
            forget_desk()  # it is cached for a minute itself: its telephone would be as old as both together
            response = view(request, *args, **options)
            if response.status_code == 200 and is_public(request, response):
                set_response_etag(response)
                response["Last-Modified"], response["Cache-Control"] = http_date(), "no-cache"
                patch_vary_headers(response, ["Cookie"])
                caches["pages"].set(key, _GZIP.process_response(request, compress_public(request, response)))
        return response

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return cached(request, key, *args, **options) if (key := _key(request)) else view(request, *args, **options)

    return answer


def _key(request: HttpRequest) -> str:
    """Empty where the page may be one reader's own, or anybody could make up any number of such addresses."""
    name, port = split_domain_port(request.get_host())
    ours = urlsplit(settings.PORTAL_URL)
    if name not in {ours.hostname, *settings.ALLOWED_HOSTS}:  # but only one of a pattern, such as ".example.vn"
        return ""
    if port not in {"", str(ours.port)}:  # any port passes Django's check, and the page prints its own address
        request.META["HTTP_HOST"] = f"{name}:{ours.port}" if ours.port else name
    is_shared = not (request.META.get("QUERY_STRING") or request.COOKIES.keys() & PERSONAL)
    if not is_shared or request.method not in {"GET", "HEAD"} or wanted_by(request) != PAGE:
        return ""
    theme = request.COOKIES.get(THEME_COOKIE) if request.COOKIES.get(THEME_COOKIE) in THEMES else ""
    encodings = accepts_brotli(request), "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    numbers = caches["pages"].get_or_set("numbers", _content_numbers, settings.PAGES_TRUSTED_FOR)
    parts = request.build_absolute_uri(), theme, encodings, f"{timezone.now():%F %R}", numbers
    return sha256(repr(parts).encode()).hexdigest()


def _content_numbers() -> str:
    """Triggers renew them whenever a row of the catalogue or of the calendar changes."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        return str(cursor.fetchone())
