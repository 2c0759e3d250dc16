"""Whether a PostgreSQL server answers at all, asked without signing in and without a connection of the pool."""

import socket
import struct
from typing import Final

# The request for encryption of PostgreSQL's protocol: every server that lives answers it with one letter, before it
# knows who asks, and writes no line to its log about it.
_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)


def answers(host: str, port: int, *, within: float) -> bool:
    """`host` may be the folder of a Unix socket, as in libpq. `within`: seconds for each step."""
    try:
        with _connected(host, port, within) as server:
            server.sendall(_SSL_REQUEST)
            return bool(server.recv(1))
    except OSError:
        return False


def _connected(host: str, port: int, within: float) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=within)
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(within)
    try:
        server.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        server.close()
        raise
    return server
