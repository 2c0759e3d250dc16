"""The connection class of every process; it has limits only where the process is watched."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from portal.database.watching import limits, watched

T = TypeVar("T")


class Connection(psycopg.Connection[Any]):
    """Over a Unix socket, and while a server host hangs, no time-out of the network ends a wait: this one does."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        limited = limits()
        return super().wait(watched(gen, self, limited) if limited else gen, interval, timeout)
