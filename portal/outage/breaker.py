"""A circuit breaker: after a time-out, nobody asks the server for some seconds."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

REST: Final = 5.0  # seconds


class Breaker:
    """Shared by all threads of a process. Its clock may run in steps but never back."""

    def __init__(self, *, rest: float = REST, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self._clock = clock
        self._lock = Lock()
        self._until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the server is known not to answer."""
        return self._until is not None

    def may_ask(self) -> bool:
        """Always while the server answers. After a failure one caller per `rest` tries; the others do without."""
        with self._lock:
            now = self._clock()
            if self._until is None:
                return True
            if now < self._until:
                return False
            self._until = now + self._rest
            return True

    def failed(self) -> None:
        with self._lock:
            self._until = self._clock() + self._rest

    def answered(self) -> None:
        self._until = None


@functools.cache
def breaker_of(server: str, rest: float = REST) -> Breaker:
    """The one of this process for the server at an address."""
    return Breaker(rest=rest)
