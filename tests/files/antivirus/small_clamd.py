"""A server that speaks clamd's protocol and knows one signature, that of the EICAR test file."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import AF_INET, AF_UNIX, socket
from typing import IO

# In two parts: else an antivirus would take this file away.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class SmallClamd:
    """`address` as the portal is given it. `breaks`: it hangs up in the middle of every scan."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.breaks = False
        self.scanned: list[bytes] = []


@contextmanager
def small_clamd(path: Path | None = None) -> Iterator[SmallClamd]:
    """On a Unix socket at `path`, else on a port of this machine."""
    with socket(AF_UNIX if path else AF_INET) as listening:
        listening.bind(str(path) if path else ("127.0.0.1", 0))
        listening.listen()
        clamd = SmallClamd(f"unix://{path}" if path else f"tcp://127.0.0.1:{listening.getsockname()[1]}")
        threading.Thread(target=_serve, args=(clamd, listening), daemon=True).start()
        yield clamd
        with suppress(OSError):
            listening.shutdown(2)  # wakes the thread that waits for the next client


def _serve(clamd: SmallClamd, listening: socket) -> None:
    with suppress(OSError):
        while True:
            client, _address = listening.accept()
            with client, client.makefile("rb") as reader:
                client.sendall(_answer(clamd, reader))


def _answer(clamd: SmallClamd, reader: IO[bytes]) -> bytes:
    command = b"".join(iter(lambda: reader.read(1), b"\0"))
    if command == b"zPING":
        return b"PONG\0"
    if clamd.breaks:
        return b""
    assert command == b"zINSTREAM"
    data = b""
    while size := struct.unpack("!L", reader.read(4))[0]:
        data += reader.read(size)
    clamd.scanned.append(data)
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
