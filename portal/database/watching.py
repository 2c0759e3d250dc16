"""Time limits of web processes: when they probe whether the database server lives, and when they give up.

Tasks, commands and benches have no limits.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from portal.database.liveness import answers
from portal.outage.breaker import REST, breaker_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds. `silence`: how long a statement waits before each probe of the server; `probe_timeout`: how long a
    probe may take; `statement`: when a statement is cancelled though the server lives; `retry_after`: how long nobody
    asks a server that did not answer a probe."""

    silence: float = 2.5
    probe_timeout: float = 1.0
    statement: float = 60.0
    retry_after: float = REST


_limits: Limits | None = None


def watch_this_process(limits: Limits | None) -> None:
    """Sets the limits of this process; None: wait for ever, the default."""
    global _limits
    _limits = limits


def limits() -> Limits | None:
    return _limits


class Server:
    """The state of one PostgreSQL server, shared by the threads of this process."""

    def __init__(self, host: str, port: int, limits: Limits) -> None:
        self.host, self.port, self.limits = host, port, limits
        self.breaker = breaker_of(f"postgresql {host} {port}", limits.retry_after)

    def raise_if_down(self) -> None:
        """Raises OperationalError at once while the server is known not to answer."""
        is_trial = self.breaker.is_open
        if not self.breaker.may_ask() or (is_trial and not self.is_alive()):
            raise psycopg.OperationalError("the server gave no sign of life a moment ago")

    def is_alive(self) -> bool:
        if answers(self.host, self.port, within=self.limits.probe_timeout):
            self.breaker.answered()
            return True
        self.breaker.failed()
        return False


def watched(gen: PQGen[T], connection: psycopg.Connection[Any], limits: Limits) -> Generator[Any, int, T]:
    """`gen`, with the connection closed and OperationalError raised where the server is silent.

    psycopg resumes a waiting generator ten times a second, with 0 where nothing has come.
    """
    started = looked = time.monotonic()
    try:
        state = next(gen)
        while True:
            ready = yield state
            now = time.monotonic()
            if not ready and now - looked >= limits.silence:
                _check_server(connection, limits, now - started)
                looked = time.monotonic()
            state = gen.send(ready)
    except StopIteration as end:
        given: T = end.value
        return given


def _check_server(connection: psycopg.Connection[Any], limits: Limits, seconds: float) -> None:
    server = Server(connection.pgconn.host.decode(), int(connection.pgconn.port), limits)
    if not server.is_alive():
        connection.pgconn.finish()
        raise psycopg.OperationalError(f"no sign of life from the server for {seconds:.1f} s")
    if seconds >= limits.statement:
        connection._try_cancel(timeout=limits.probe_timeout)
        connection.pgconn.finish()
        raise psycopg.OperationalError(f"a statement without an answer for {seconds:.1f} s")
