"""Brotli, for answers without secrets: without the random padding of Django's gzip, the length would betray a secret
on the page to anybody who can place text beside it (BREACH). Whatever may hold one is left to `GZipMiddleware`."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

View = Callable[..., HttpResponse]
PERSONAL: Final = frozenset({settings.SESSION_COOKIE_NAME, f"{settings.COOKIE_PREFIX}messages"})
_BROTLI: Final = re.compile(r"(^|,)\s*br\s*(,|$|;(?!\s*q=0(\.0+)?\s*(,|$)))", re.IGNORECASE)


def accepts_brotli(request: HttpRequest) -> bool:
    return bool(_BROTLI.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))


def compress_public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compresses the response, of which the caller knows that it holds no secret, if the reader accepts Brotli."""
    if response.status_code != 200 or response.has_header("Content-Encoding") or len(response.content) < 200:
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    if accepts_brotli(request):
        response.content = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=5)  # as fast as gzip
        response["Content-Encoding"], response["Content-Length"] = "br", str(len(response.content))
        if response.get("ETag", "").startswith('"'):
            response["ETag"] = f"W/{response['ETag']}"  # other bytes, the same meaning
    return response


def is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """Asked for without session and messages, sets no cookie, holds no form token (Django would set its cookie)."""
    sets_cookie = bool(response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))
    return not (sets_cookie or response.streaming or request.COOKIES.keys() & PERSONAL)


def compressed_if_public(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = view(request, *args, **options)
        return compress_public(request, response) if is_public(request, response) else response

    return answer
