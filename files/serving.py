"""A kept file as an answer. Whoever calls has asked whether this person may see it, and has recorded that."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse

from files.actions import store
from files.kinds import MIME, Kind
from files.models import StoredFile
from files.names import ascii_name

POLICY = "sandbox; default-src 'none'"


def answer_with(stored: StoredFile) -> FileResponse:
    """The bytes, streamed, for this person alone: shown where browsers can show them, never run, never guessed at."""
    kind = Kind(stored.kind)
    shown = "attachment" if kind is Kind.TIFF else "inline"
    answer = FileResponse(store().open(stored.storage_name), content_type=MIME[kind])
    answer.headers["Content-Disposition"] = (
        f"{shown}; filename=\"{ascii_name(stored.name)}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
    )
    answer.headers["Content-Length"] = str(stored.size)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
