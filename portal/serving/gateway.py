"""The gateway between the web server and Django: a request gets a thread only when it has arrived completely.

granian hands every request to `gateway` on the event loop of its process. The loop waits for slow bodies, answers
`/healthz` and refuses what would wait too long; a few threads run Django; what they answer is bytes or a file, which
granian sends as slowly as the reader reads. docs/adr/0020-requests-wait-outside-of-threads.md has the measurements.
"""

from __future__ import annotations

import asyncio
import queue
import resource
import threading
import uuid
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

import structlog
from django.conf import settings
from django.db import Error, connections
from django.utils import timezone

from portal.serving.arrivals import Arrivals
from portal.serving.exchange import answer_from, environment, visitor_of
from portal.serving.refusals import PLAIN, Refused, refusal
from portal.wsgi import application
from procedures.search.index import catalogue_index
from units.texts.wording import day_of

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

WAITING_AT_MOST: Final = 200  # requests in each process
BODY_RATE: Final = 8_000  # bytes a second
IN_MEMORY: Final = 64 << 10  # bytes of a body; the rest lies in a file without a name
START_OF_LONG: Final = (
    4_000_000  # bytes of a body that is too long: the fields of its form, for the page to show again
)
OPEN_FILES: Final = 65_536  # one for each connection, two for each file that is sent

logger = structlog.get_logger(__name__)

Body = IO[bytes]


@dataclass(eq=False, slots=True)
class QueuedRequest:
    """A complete request in the queue. A thread or the time-out answers it, whichever takes it first."""

    scope: Scope
    protocol: HTTPProtocol
    body: Body
    done: asyncio.Future[None]
    _taken: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        return self._taken.acquire(blocking=False)


class Gateway:
    """One for each process of the web server, which calls the methods by their RSGI names."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[QueuedRequest] = queue.SimpleQueue()
        self._arrivals = Arrivals()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        _allow_open_files()
        _build_index()
        for number in range(settings.WEB_THREADS):
            # Daemons: a view that hangs must not keep the process from stopping.
            threading.Thread(target=self._work, args=(loop,), name=f"django-{number}", daemon=True).start()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        if scope.path == "/healthz" and scope.method in {"GET", "HEAD"}:
            protocol.response_bytes(200, [PLAIN, ("cache-control", "no-store")], b"ok\n")
            return
        try:
            body = await received(scope, protocol, self._arrivals)
            await self._until_answered(scope, protocol, body)
        except Refused as refused:
            refuse(scope, protocol, refused.status)

    async def _until_answered(self, scope: Scope, protocol: HTTPProtocol, body: Body) -> None:
        """Wait until a thread has answered. Raises Refused when none takes the request in time."""
        if self._waiting.qsize() >= WAITING_AT_MOST:
            body.close()
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        loop = asyncio.get_running_loop()
        waiting = QueuedRequest(scope, protocol, body, loop.create_future())
        clock = loop.call_later(settings.WEB_WAIT_SECONDS, _time_out, waiting)
        self._waiting.put(waiting)
        try:
            await waiting.done
        finally:
            clock.cancel()

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            waiting = self._waiting.get()
            if waiting.take():
                self._answer(waiting, loop)
            del waiting  # its body would lie about until the next request

    def _answer(self, waiting: QueuedRequest, loop: asyncio.AbstractEventLoop) -> None:
        try:
            environ = environment(waiting.scope, waiting.body)
            answer_from(application, environ, waiting.protocol, loop)
        except BaseException:  # whatever it was, the thread is needed
            logger.exception("request_failed_outside_django")
            refuse(waiting.scope, waiting.protocol, HTTPStatus.INTERNAL_SERVER_ERROR)
        finally:
            waiting.body.close()
            with suppress(RuntimeError):  # the loop is closed: the server is stopping
                loop.call_soon_threadsafe(_mark_done, waiting.done)


def _time_out(waiting: QueuedRequest) -> None:
    if waiting.take():
        waiting.body.close()
        if not waiting.done.done():
            waiting.done.set_exception(Refused(HTTPStatus.SERVICE_UNAVAILABLE))


def _mark_done(done: asyncio.Future[None]) -> None:
    if not done.done():  # cancelled with its connection
        done.set_result(None)


async def received(scope: Scope, protocol: HTTPProtocol, arrivals: Arrivals) -> Body:
    """The whole body, or the start of one that is too long. Raises Refused when it comes too slowly or not whole, or
    beside too many others."""
    expected = expected_length(scope)
    if not expected:
        return BytesIO()
    with arrivals.counted(visitor_of(scope), expected), ExitStack() as stack:
        body = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        await _receive(protocol, body, expected)
        body.seek(0)
        stack.pop_all()
        return body


def expected_length(scope: Scope) -> int:
    """Bytes of the body to wait for. Raises Refused for a body of unknown length: its end would look like a connection
    that broke off."""
    if "transfer-encoding" in scope.headers:
        raise Refused(HTTPStatus.LENGTH_REQUIRED)
    length = scope.headers.get("content-length", "0")
    if not length.isdecimal():
        raise Refused(HTTPStatus.BAD_REQUEST)
    is_too_long = int(length) > settings.MAX_REQUEST_MB * 1_000_000
    return START_OF_LONG if is_too_long else int(length)


async def _receive(protocol: HTTPProtocol, body: Body, expected: int) -> None:
    begun, got = asyncio.get_running_loop().time(), 0
    try:
        async with asyncio.timeout(settings.WEB_BODY_SECONDS) as clock:
            async for chunk in protocol:
                body.write(chunk)
                got += len(chunk)
                if got >= expected:
                    return
                if not chunk:
                    break
                clock.reschedule(begun + settings.WEB_BODY_SECONDS + got / BODY_RATE)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
    raise Refused(None)


def refuse(scope: Scope, protocol: HTTPProtocol, status: HTTPStatus | None) -> None:
    """One sentence to the reader, one line without path or address to the log."""
    if status is None:
        protocol.response_empty(HTTPStatus.BAD_REQUEST, [])
        return
    request_id = uuid.uuid4().hex
    logger.warning("request", method=scope.method, route=None, status=status.value, request_id=request_id)
    protocol.response_bytes(*refusal(status, request_id))


def _build_index() -> None:
    """Builds the search index of the catalogue before the first request, which would exceed its time limit on a busy
    machine. While the database is down, a later request builds it."""
    with suppress(Error):
        catalogue_index(day_of(timezone.now()))
    connections.close_all()


def _allow_open_files() -> None:
    """As many as the system lets us without asking: systemd and shells give 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


gateway = Gateway()
