"""A kept file as an answer. Whoever calls has asked whether this person may see it, and has recorded that."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse
from django.utils.http import http_date

from files.actions import store
from files.kinds import MIME, Kind
from files.models import StoredFile
from files.names import ascii_name

POLICY = "sandbox; default-src 'none'"


def answer_with(stored: StoredFile, *, is_public: bool = False) -> FileResponse:
    """The bytes, streamed: shown where browsers can show them, never run, never guessed at.

    For this person alone; with `is_public` for everybody, and kept by caches for an hour.
    """
    kind = Kind(stored.kind)
    shown = "attachment" if kind in (Kind.TIFF, Kind.DOCX) else "inline"
    answer = FileResponse(store().open(stored.storage_name), content_type=MIME[kind])
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
