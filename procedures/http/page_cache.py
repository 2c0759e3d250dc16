"""Public pages that many read are kept in the memory of each process, until anything they are made of changes.

Only what is the same for every reader is kept: a page that was asked for without a session and messages, that sets no
cookie and holds no token of a form. Whether it still holds is asked once in `PAGES_TRUSTED_FOR` seconds, since that
question alone costs more than the answer: so long may a reader see what was true before a change.

A page that says when a result would be there if one filed now is another one every minute. Where nothing but the hour
is new on it (`AsOfNow`), it is not drawn again: what it promises is worked out anew, and the hour filled in.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, wraps
from hashlib import sha256
from itertools import islice
from time import monotonic
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from procedures.http.compression import NAME, OF_ONE_READER, is_for_everybody, packed, takes_brotli
from procedures.http.freshness import State, page_state
from procedures.http.negotiation import PAGE, wanted_kind
from units.context import THEMES, forget_desk
from units.texts.wording import clock_time

View = Callable[..., HttpResponseBase]
Key = tuple[str, ...]

MOST_PAGES: Final = 400
MOST_ASKED: Final = 100
"""Pages with a question in their address have room of their own: there is no end of them, and no other has to go."""

QUESTIONS: Final = frozenset({"trang", "noi-nop", "thu-tuc", "ngay", "gio", "truong-hop", "co", "tra-loi"})
"""What the cached pages read of an address. One with any other name in it is made for whoever asks, and not cached."""

LONGEST_ADDRESS: Final = 300
_CONDITIONS: Final = frozenset(
    {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
)


CLOCK: Final = "\ufdd0"  # stands on a drawn page for the hour at which it is read: text has no such character
_PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
    NAME: packed,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page with `CLOCK` for the hour. `says` gives all that the page tells by the clock but the hour itself: it
    holds at any other moment of which that is the same, of the same hour, catalogue and calendar."""

    text: str
    says: Callable[[datetime], object]
    told: object

    def read_at(self, at: datetime) -> bytes:
        return self.text.replace(CLOCK, clock_time(at)).encode()


class AsOfNow(HttpResponse):
    """A page as it is read at a moment, with the drawing from which it can be read at another."""

    def __init__(self, text: str, at: datetime, says: Callable[[datetime], object]) -> None:
        self.drawing = Drawing(text, says, says(at))
        super().__init__(self.drawing.read_at(at))


class Page(NamedTuple):
    """`packed` are its bytes by the name of the compression, each made when it is first asked for."""

    packed: dict[str, bytes]
    headers: dict[str, str]
    tag: str
    made_at: int
    drawing: Drawing | None


@dataclass(slots=True)
class _Kept:
    """`earlier` are pages of minutes gone by that have a drawing which may still hold."""

    state: State | None = None
    pages: dict[Key, Page] = field(default_factory=dict)
    earlier: dict[Key, Page] = field(default_factory=dict)
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
        page = pages.get(key) or _redrawn(key)
        if page is None:
            response = view(request, *args, **options)
            if response.status_code != 200 or not is_for_everybody(request, response):
                return response
            patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
            drawing = response.drawing if isinstance(response, AsOfNow) else None
            page = _page(response.content, dict(response.headers), drawing)
        _remember(pages, key, page)
        return _answer(request, page)

    return answer


def forget_pages() -> None:
    _kept.pages, _kept.earlier, _kept.trusted_until = {}, {}, 0.0


def _key(request: HttpRequest) -> Key | None:
    """What pages differ by, the question first; None where the page may be of this reader alone, or is none."""
    meta = request.META
    query, host = meta.get("QUERY_STRING", ""), _canonical_host(request)
    if request.method not in {"GET", "HEAD"} or len(request.path) + len(query) > LONGEST_ADDRESS:
        return None
    cookies = request.COOKIES
    if cookies.keys() & OF_ONE_READER or not _means_page(meta.get("HTTP_ACCEPT", "*/*")):
        return None
    if host is None or not request.GET.keys() <= QUESTIONS:
        return None
    meta["HTTP_HOST"] = host  # the page prints its own address: whoever reads it next must not get an odd one
    theme = chosen if (chosen := cookies.get("theme", "")) in THEMES else ""
    return query, str(request.scheme), host, request.path, get_language() or "", theme


def _canonical_host(request: HttpRequest) -> str | None:
    """The host by which a page is cached: only names of ours, and of ports only that by which the portal is reached.
    Any port in the Host header would pass Django's check, and each would have pages of its own."""
    name, port = split_domain_port(request.get_host())
    ours = urlsplit(settings.PORTAL_URL)
    if name != ours.hostname and name not in settings.ALLOWED_HOSTS:  # one of a pattern, of which there is no end
        return None
    if port in {"", str(ours.port or "")}:
        return f"{name}:{port}" if port else name
    return f"{name}:{ours.port}" if ours.port else name


def _remember(pages: dict[Key, Page], key: Key, page: Page) -> None:
    """The one used longest ago goes first: dictionaries keep the order in which they were filled."""
    is_new = pages.pop(key, None) is None
    pages[key] = page
    if is_new:
        alike = [one for one in list(pages) if bool(one[0]) == bool(key[0])]
        for oldest in alike[: max(0, len(alike) - (MOST_ASKED if key[0] else MOST_PAGES))]:
            pages.pop(oldest, None)


@lru_cache(maxsize=256)
def _means_page(accepted: str) -> bool:
    """Whether a reader who accepts that would rather have the page than the same as linked data."""
    return wanted_kind(accepted) == PAGE


def _pages() -> dict[Key, Page]:
    """Those that hold. What is made after the question, of something newer, is thrown away with the next one."""
    if (now := monotonic()) >= _kept.trusted_until:
        state = page_state(timezone.now())
        if state != _kept.state:
            holds = _kept.state is not None and state.hour == _kept.state.hour
            _kept.earlier = _with_drawings() if holds else {}
            _kept.state, _kept.pages = state, {}
            if not holds:
                forget_desk()
        _kept.trusted_until = now + settings.PAGES_TRUSTED_FOR
    return _kept.pages


def _with_drawings() -> dict[Key, Page]:
    """The newest ones of all that are kept. A copy: another thread may be adding a page."""
    found = {key: page for key, page in reversed(dict(_kept.pages).items()) if page.drawing}
    found |= {key: page for key, page in _kept.earlier.items() if key not in found}
    return dict(islice(found.items(), MOST_PAGES))


def _redrawn(key: Key) -> Page | None:
    """The page of this minute from the drawing of an earlier one, where it still tells the same."""
    page, state = _kept.earlier.get(key), _kept.state
    if page is None or state is None or (drawing := page.drawing) is None:
        return None
    if drawing.says(state.minute) != drawing.told:
        return None
    return _page(drawing.read_at(state.minute), page.headers, drawing)


def _page(body: bytes, headers: dict[str, str], drawing: Drawing | None) -> Page:
    """Whoever has it asks every time whether it still stands: its promise is of this minute."""
    made_at = int(timezone.now().timestamp())
    tag = f'W/"{sha256(body).hexdigest()[:32]}"'
    dated = {"ETag": tag, "Last-Modified": http_date(made_at), "Cache-Control": "no-cache"}
    return Page({"": body}, {**headers, **dated}, tag, made_at, drawing)


def _answer(request: HttpRequest, page: Page) -> HttpResponseBase:
    meta = request.META
    response = HttpResponse(headers=page.headers)
    encoding = NAME if takes_brotli(request) else "gzip" if "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "") else ""
    if encoding:
        response.headers["Content-Encoding"] = encoding
    if encoding not in page.packed:
        page.packed[encoding] = _PACKERS[encoding](page.packed[""])
    response.content = page.packed[encoding]
    if not meta.keys() & _CONDITIONS:
        return response
    return get_conditional_response(request, page.tag, page.made_at, response) or response
