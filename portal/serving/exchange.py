"""A request of the web server as Django's WSGI handler takes it, and what it answers as the web server takes that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from django.conf import settings

from accounts.citizens.visitors import address_of

if TYPE_CHECKING:
    import asyncio
    from wsgiref.types import WSGIApplication

    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

    from portal.serving.refusals import Headers

IN_MEMORY: Final = 1 << 20  # bytes of an answer that is made piece by piece; a longer one goes through a file
OPENED_WITHIN: Final = 30.0  # seconds in which the server has opened a file it has to send
JOINED: Final = {"cookie": "; "}  # all other repeated headers are joined by commas (RFC 9110)

_ALWAYS: Final[dict[str, Any]] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


class FileToSend:
    """What a view answers with when it answers with a file (`wsgi.file_wrapper` of PEP 3333)."""

    def __init__(self, file: Any, block_size: int = 8192) -> None:
        self.file, self.block_size = file, block_size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block_size), b"")

    def is_plain(self) -> bool:
        """Whether the system has it as an open file: a part cut out by WhiteNoise or a file in memory is none."""
        try:
            return bool(self.file.fileno() >= 0)
        except (AttributeError, OSError):
            return False

    def close(self) -> None:
        self.file.close()


def environment(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The variables of PEP 3333. Headers with an underscore are left out: they would pass for those with a hyphen,
    which only our own proxy may set."""
    server, port = _host_and_port(scope.server)
    environ = _ALWAYS | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": _host_and_port(scope.client)[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.file_wrapper": FileToSend,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = f"{environ[key]}{JOINED.get(name, ',')}{value}" if key in environ else value
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        environ[key] = environ.pop(f"HTTP_{key}", "")
    return environ


def visitor_of(scope: Scope) -> str:
    """By whom every limit counts, before there is a request of Django's."""
    forwarded = ",".join(value for name, value in scope.headers.items() if name == "x-forwarded-for")
    meta = {"REMOTE_ADDR": _host_and_port(scope.client)[0], "HTTP_X_FORWARDED_FOR": forwarded}
    return address_of(meta, settings.NUM_PROXIES)


def _host_and_port(address: str) -> list[str]:
    return address.replace("[", "").replace("]", "").rsplit(":", 1)


def answer_from(
    application: WSGIApplication, environ: dict[str, Any], protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop
) -> None:
    """Run `application` and hand its answer to the server, which needs no thread of ours to send it.

    Never by `response_stream`: granian 2.8 queues without a limit what a slow reader does not take.
    """
    started: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], None]:
        started[:] = int(status.split(" ", 1)[0]), headers
        return _refuse_write

    answer: Any = application(environ, start_response)
    try:
        status, headers = started
        if not (getattr(answer, "streaming", False) or isinstance(answer, FileToSend)):
            protocol.response_bytes(status, headers, b"".join(answer))
        elif environ["REQUEST_METHOD"] == "HEAD":
            protocol.response_empty(status, headers)
        elif isinstance(answer, FileToSend) and answer.is_plain():
            _send_file(protocol, status, headers, answer.file, loop)
        else:
            _send_pieces(protocol, status, headers, answer, loop)
    finally:
        answer.close()


def _refuse_write(data: bytes) -> None:
    raise NotImplementedError("write() of PEP 3333 is for servers older than WSGI; Django never calls it.")


def _send_pieces(
    protocol: HTTPProtocol, status: int, headers: Headers, pieces: Iterable[bytes], loop: asyncio.AbstractEventLoop
) -> None:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as made:
        made.writelines(pieces)
        length = made.tell()
        headers = [*(each for each in headers if each[0].lower() != "content-length"), ("Content-Length", str(length))]
        made.seek(0)
        if length > IN_MEMORY:
            _send_file(protocol, status, headers, made, loop)
        else:
            protocol.response_bytes(status, headers, made.read())


def _send_file(
    protocol: HTTPProtocol, status: int, headers: Headers, file: IO[bytes], loop: asyncio.AbstractEventLoop
) -> None:
    """From the file's position, as many bytes as the headers say. It may be gone from its folder meanwhile: the
    server opens it by our own descriptor."""
    start, size = file.tell(), os.fstat(file.fileno()).st_size
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), size - start)
    if not length:
        protocol.response_empty(status, headers)
        return
    descriptor = os.dup(file.fileno())
    loop.call_soon_threadsafe(loop.call_later, OPENED_WITHIN, os.close, descriptor)
    protocol.response_file_range(status, headers, f"/proc/self/fd/{descriptor}", start, start + length)
