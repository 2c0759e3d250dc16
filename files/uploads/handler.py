"""Receives uploads to disk, not to memory, and within the limits.

Of a request whose length exceeds the limit only the fields before its first file are read, so that they come back with
the page. A file that grows past its limit is dropped and the next one is read; files beyond the allowed number are
dropped.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from files.faults import Fault, Unfit
from files.wording import large_request, sentence, too_many

STOPPED = "files.stopped"  # also read by the pages of staff, which lie below this app and cannot import it


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Django's upload to disk, with limits. `stopped(request)` says what was not taken."""

    begun = 0

    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self.is_too_long = content_length > settings.MAX_REQUEST_MB * 1_000_000

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.is_too_long:
            self._refuse(large_request(settings.MAX_REQUEST_MB))
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)  # first: a skipped file is closed, too
        self.begun += 1
        if self.begun > settings.MAX_UPLOADS:
            self._refuse(too_many(settings.MAX_UPLOADS))
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > settings.MAX_UPLOAD_MB * 1_000_000:
            unfit = Unfit(Fault.TOO_LARGE, most=settings.MAX_UPLOAD_MB)
            self._refuse(sentence(unfit, str(self.file_name)))
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)

    def _refuse(self, words: str) -> None:
        assert self.request is not None
        sentences = self.request.META.setdefault(STOPPED, [])
        if words not in sentences:
            sentences.append(words)


def stopped(request: HttpRequest) -> list[str]:
    """A sentence for everything of this request that was not taken because of its size or number."""
    _ = request.FILES  # reads the request, if nothing has yet
    sentences: list[str] = request.META.get(STOPPED, [])
    return sentences
