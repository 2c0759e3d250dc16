"""Public pages that many read are kept in the memory of each process, until anything they are made of changes.

Only what is the same for every reader is kept: a page that was asked for without a session and messages, that sets no
cookie and holds no token of a form. Whether it still holds is asked once in `PAGES_TRUSTED_FOR` seconds, since that
question alone costs more than the answer: so long may a reader see what was true before a change.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from time import monotonic
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from procedures.freshness import State, page_state
from procedures.packing import NAME, OF_ONE_READER, is_for_everybody, packed, takes_brotli

View = Callable[..., HttpResponseBase]
Key = tuple[str, ...]

MOST_PAGES: Final = 400
LONGEST_ADDRESS: Final = 300
_CONDITIONS: Final = frozenset(
    {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
)


class Page(NamedTuple):
    body: bytes
    packed: dict[str, bytes]
    headers: dict[str, str]
    tag: str
    made_at: int


@dataclass(slots=True)
class _Kept:
    state: State | None = None
    pages: dict[Key, Page] = field(default_factory=dict)
    trusted_until: float = 0.0


_kept = _Kept()


def kept(view: Callable[..., HttpResponse]) -> View:
    """The view's page while it may be the same for everybody, 304 to whoever has it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return view(request, *args, **options)
        pages = _pages()
        page = pages.get(key)
        if page is None:
            response = view(request, *args, **options)
            if response.status_code != 200 or not is_for_everybody(request, response):
                return response
            page = _page(response)
            if len(pages) < MOST_PAGES:
                pages[key] = page
        return _answer(request, page)

    return answer


def forget_pages() -> None:
    _kept.pages, _kept.trusted_until = {}, 0.0


def _key(request: HttpRequest) -> Key | None:
    """What pages differ by; None where the page may be of this reader alone, or is none."""
    meta = request.META
    query, host = meta.get("QUERY_STRING", ""), meta.get("HTTP_HOST", "")  # whose form CommonMiddleware has judged
    if request.method not in {"GET", "HEAD"} or len(request.path) + len(query) > LONGEST_ADDRESS:
        return None
    cookies = request.COOKIES
    if cookies.keys() & OF_ONE_READER or "text/html" not in _accepted(request):
        return None
    return str(request.scheme), host, request.path, query, get_language() or "", cookies.get("theme", "")[:10]


def _accepted(request: HttpRequest) -> str:
    """A page is meant where linked data is not named."""
    named: str = request.META.get("HTTP_ACCEPT", "*/*")
    return "text/html" if "*/*" in named and "/turtle" not in named and "json" not in named else named


def _pages() -> dict[Key, Page]:
    """Those that hold. What is made after the question, of something newer, is thrown away with the next one."""
    if (now := monotonic()) >= _kept.trusted_until:
        state = page_state(timezone.now())
        if state != _kept.state:
            _kept.state, _kept.pages = state, {}
        _kept.trusted_until = now + settings.PAGES_TRUSTED_FOR
    return _kept.pages


def _page(response: HttpResponse) -> Page:
    """Whoever has it asks every time whether it still stands: its promise is of this minute."""
    body, made_at = response.content, int(timezone.now().timestamp())
    tag = f'W/"{sha256(body).hexdigest()[:32]}"'
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    dated = {"ETag": tag, "Last-Modified": http_date(made_at), "Cache-Control": "no-cache"}
    smaller = {NAME: packed(body), "gzip": gzip.compress(body, mtime=0)}
    return Page(body, smaller, {**response.headers, **dated}, tag, made_at)


def _answer(request: HttpRequest, page: Page) -> HttpResponseBase:
    meta = request.META
    response = HttpResponse(headers=page.headers)
    encoding = NAME if takes_brotli(request) else "gzip" if "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "") else ""
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.content = page.packed.get(encoding, page.body)
    if not meta.keys() & _CONDITIONS:
        return response
    return get_conditional_response(request, page.tag, page.made_at, response) or response
