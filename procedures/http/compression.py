"""Brotli for answers that are the same for everybody.

It packs a page a twentieth smaller than gzip and a long list a quarter, in no more time. Unlike Django's gzip it adds
no random bytes, so lengths would betray the secret of a page to whoever can put text of their own beside it (BREACH).
Therefore it is for public answers alone, which hold none: all else is left to `GZipMiddleware`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

NAME: Final = "br"
QUALITY: Final = 5  # as fast as gzip; 11 packs a page a tenth smaller still, in seventy times the time
SHORTEST: Final = 200  # bytes; as in GZipMiddleware, what is shorter is not worth it
OF_ONE_READER: Final = frozenset({settings.SESSION_COOKIE_NAME, "messages"})
_TAKEN: Final = re.compile(r"(?:^|,)\s*br\s*(?:;\s*q=(?P<q>\d(?:\.\d{1,3})?)\s*)?(?=,|$)", re.IGNORECASE)


def takes_brotli(request: HttpRequest) -> bool:
    """Whether the reader named it, and not to refuse it."""
    found = _TAKEN.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    return found is not None and float(found["q"] or 1) > 0


def packed(content: bytes) -> bytes:
    made: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=QUALITY)
    return made


def pack_public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The same response, packed where the reader takes it so; the caller says that it holds no secret."""
    if response.status_code != 200 or response.has_header("Content-Encoding") or len(response.content) < SHORTEST:
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    if takes_brotli(request):
        response.content = packed(response.content)
        response.headers["Content-Encoding"] = NAME
        response.headers["Content-Length"] = str(len(response.content))
        if (tag := response.get("ETag", "")).startswith('"'):
            response.headers["ETag"] = f"W/{tag}"  # other bytes, the same meaning
    return response


def is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page is the same for all readers: asked for without a session or messages, it sets no cookie and holds
    no token of a form. Such a token is masked anew for every answer, and Django notes that it was asked for."""
    has_token = bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))
    return not (request.COOKIES.keys() & OF_ONE_READER or response.cookies or response.streaming or has_token)


def packed_if_public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page that many read: packed wherever it is for everybody."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = view(request, *args, **options)
        return pack_public(request, response) if is_for_everybody(request, response) else response

    return answer
