"""Limits the request bodies being received by one web process, so that they fill neither memory nor disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from portal.serving.refusals import Refused

LARGE: Final = 10_000_000  # bytes; a body counts as one, and as one more for each so many of its length
OF_ONE_VISITOR: Final = 24  # an office behind one address sends more than one form at a time
OF_ALL: Final = 1_000  # each has at most 64 KB in memory, the rest on disk


class Arrivals:
    """Bodies being received, by visitor. Used by the event loop only, hence no lock."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    @contextmanager
    def counted(self, visitor: str, length: int) -> Iterator[None]:
        """Within it a body of that length is under way. Raises Refused beyond a limit; the first one of a visitor is
        always taken, however long, unless there are too many of all."""
        weight = 1 + length // LARGE
        if self._of[visitor] and self._of[visitor] + weight > OF_ONE_VISITOR:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS)
        if self._of.total() + weight > OF_ALL:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        self._of[visitor] += weight
        try:
            yield
        finally:
            self._of[visitor] -= weight
            if not self._of[visitor]:
                del self._of[visitor]
