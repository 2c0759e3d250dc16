"""TLS in front of servers that speak none: certificates, and a line that ends TLS and passes everything on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import AF_UNIX, create_connection, create_server, socket
from ssl import Purpose, SSLContext, create_default_context

SSL_REQUEST = 8
"""Bytes of PostgreSQL's request for TLS, answered by S."""


def connect_to(host: str, port: int) -> socket:
    """`host`: a name, or the path of a Unix socket."""
    if not host.startswith("/"):
        return create_connection((host, port))
    made = socket(AF_UNIX)
    made.connect(host)
    return made


@contextmanager
def tls_line(papers: Path, upstream: Callable[[], socket], *, as_postgresql: bool = False) -> Iterator[int]:
    """The port of 127.0.0.1 on which it listens; nobody gets through without TLS. `papers` as of `make_papers`."""
    tls = create_default_context(Purpose.CLIENT_AUTH)
    tls.load_cert_chain(papers / "server.pem", papers / "server.key")
    with create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answer, args=(listening, tls, upstream, as_postgresql), daemon=True).start()
        yield int(listening.getsockname()[1])


def _answer(listening: socket, tls: SSLContext, upstream: Callable[[], socket], as_postgresql: bool) -> None:
    with suppress(OSError):
        while True:
            client, _address = listening.accept()
            threading.Thread(target=_serve, args=(client, tls, upstream, as_postgresql), daemon=True).start()


def _serve(client: socket, tls: SSLContext, upstream: Callable[[], socket], as_postgresql: bool) -> None:
    with suppress(OSError):
        if as_postgresql:
            client.recv(SSL_REQUEST)
            client.sendall(b"S")
        encrypted, server = tls.wrap_socket(client, server_side=True), upstream()
        threading.Thread(target=_carry, args=(server, encrypted), daemon=True).start()
        _carry(encrypted, server)


def _carry(source: socket, target: socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.close()
