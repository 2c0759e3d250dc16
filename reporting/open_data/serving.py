"""Serves a file of an edition: whole, a range, compressed, or 304 (RFC 9110)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe, quote_etag

from reporting.open_data.editions import DataFile, Edition

AGE: Final = 24 * 60 * 60  # seconds
_ONE_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_GZIP: Final = re.compile(r"\bgzip\s*(?:;\s*q=(?P<q>\d(?:\.\d{1,3})?))?\s*(?:,|$)", re.IGNORECASE)


class Unsatisfiable(Exception):
    """The requested range lies outside of the file or is malformed."""


class _FileSlice:
    """A range of a file, opened at once so that the download survives the deletion of its edition."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._file, self._left = path.open("rb"), end - start
        self._file.seek(start)

    def read(self, size: int) -> bytes:
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        return block

    def fileno(self) -> int:
        """For the web server, which sends `Content-Length` bytes from here itself."""
        return self._file.fileno()

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        """Called with the answer, read or not."""
        self._file.close()


def answer_with(request: HttpRequest, edition: Edition, file: DataFile) -> HttpResponseBase:
    """200, 206 for one range, 304, 412 or 416; a HEAD has every header and no body. Several ranges get the whole.

    Compressed and plain are two representations, each with its own tag, and a range is one of what it tagged.
    """
    packed = _accepts_gzip(request)
    path = edition.folder / (f"{file.name}.gz" if packed else file.name)
    size, etag = (file.packed, f"{file.sha256}-gz") if packed else (file.size, file.sha256)
    modified = int(edition.made_at.timestamp())
    headers = _headers(edition, file, quote_etag(etag), modified) | _encoding(request, packed)
    whole = HttpResponse(headers=headers)
    answer = get_conditional_response(request, etag=quote_etag(etag), last_modified=modified, response=whole)
    return _body(request, path, size, headers, modified) if answer is whole else answer or whole


def span_of(asked: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one behind the last, of "bytes=…"; None where the whole is to be sent: no range, another
    unit than bytes, or several ranges. Raises Unsatisfiable."""
    if not asked.startswith("bytes=") or "," in asked:
        return None
    match = _ONE_RANGE.fullmatch(asked.replace(" ", ""))
    first, last = match.groups() if match else ("", "")
    if not first and not last:
        raise Unsatisfiable
    start, end = (int(first), int(last or size) + 1) if first else (max(0, size - int(last)), size)
    if start >= size or end <= start:
        raise Unsatisfiable
    return start, min(end, size)


def _headers(edition: Edition, file: DataFile, etag: str, modified: int) -> dict[str, str]:
    stem, dot, ending = file.name.partition(".")
    return {
        "Content-Type": f"{file.media_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{stem}-{edition.name}{dot}{ending}"',
        "ETag": etag,
        "Last-Modified": http_date(modified),
        "Accept-Ranges": "bytes",
        "Cache-Control": f"public, max-age={AGE}",
        "Access-Control-Allow-Origin": "*",  # everybody's data, also for pages of others
        "Vary": "Accept-Encoding",
    }


def _encoding(request: HttpRequest, packed: bool) -> dict[str, str]:
    """The plain bytes are named too where gzip was refused in words: the middleware compresses what has no name."""
    if packed:
        return {"Content-Encoding": "gzip"}
    return {"Content-Encoding": "identity"} if "gzip" in request.headers.get("Accept-Encoding", "") else {}


def _body(request: HttpRequest, path: Path, size: int, headers: dict[str, str], modified: int) -> HttpResponseBase:
    asked = request.headers.get("Range", "") if _range_holds(request, headers["ETag"], modified) else ""
    try:
        span = span_of(asked, size)
    except Unsatisfiable:
        wrong = {name: headers[name] for name in ("Accept-Ranges", "Access-Control-Allow-Origin", "Vary")}
        return HttpResponse(
            status=416, headers=wrong | {"Content-Range": f"bytes */{size}"}, content_type="text/plain"
        )
    start, end = span or (0, size)
    headers = headers | {"Content-Length": str(end - start)}
    if span:
        headers |= {"Content-Range": f"bytes {start}-{end - 1}/{size}"}
    status = 206 if span else 200
    if request.method == "HEAD":
        return StreamingHttpResponse((), status=status, headers=headers)  # no body of which the length would be taken
    answer = FileResponse(_FileSlice(path, start, end), status=status)
    for name, value in headers.items():  # those given to FileResponse itself lose to its guess of the type
        answer.headers[name] = value
    return answer


def _range_holds(request: HttpRequest, etag: str, modified: int) -> bool:
    """A range is only asked of GET, and only while If-Range names what we have; else the whole is sent."""
    condition = request.headers.get("If-Range", "").strip()
    if request.method != "GET" or not condition:
        return request.method == "GET"
    return condition == etag or parse_http_date_safe(condition) == modified


def _accepts_gzip(request: HttpRequest) -> bool:
    match = _GZIP.search(request.headers.get("Accept-Encoding", ""))
    return match is not None and float(match.group("q") or 1) > 0
