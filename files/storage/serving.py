"""Serves a stored file. The caller has checked that this person may see it, and has recorded that."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from files.kinds import MIME, Kind
from files.models import FileState, StoredFile
from files.sniffing.names import ascii_name
from files.storage.actions import store

POLICY = "sandbox; default-src 'none'"
HELD: Final = 256 << 10
"""Bytes up to which a file is an answer of one piece, in memory until its reader has it. The web server sends a larger
one from the disk."""


def answer_with(stored: StoredFile, *, is_public: bool = False) -> HttpResponseBase:
    """The bytes, shown inline where browsers can; never run, no content sniffing.

    Raises Http404 for a file that is not clean, or not yet. For this person alone; with `is_public` for everybody, and
    cached for an hour.
    """
    if stored.state != FileState.CLEAN:
        raise Http404
    kind = Kind(stored.kind)
    shown = "attachment" if kind in (Kind.TIFF, Kind.DOCX) else "inline"
    answer = _body(stored, MIME[kind])
    answer.headers["Content-Disposition"] = (
        f"{shown}; filename=\"{ascii_name(stored.name)}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
    )
    answer.headers["Content-Length"] = str(stored.size)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "public, max-age=3600" if is_public else "private, no-store"
    if is_public:
        answer.headers["ETag"] = f'"{stored.sha256}"'
        answer.headers["Last-Modified"] = http_date(stored.uploaded_at.timestamp())
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _body(stored: StoredFile, content_type: str) -> HttpResponseBase:
    file = store().open(stored.storage_name)
    if stored.size > HELD:
        answer = FileResponse(file, content_type=content_type)
        answer.headers["Content-Encoding"] = "identity"  # else the middleware packs once more what is packed already
        return answer
    with file:
        return HttpResponse(file.read(), content_type=content_type)
