"""Speaks with clamd (`man clamd`, INSTREAM and PING). Without `CLAMD_ADDRESS` nothing is scanned."""

from __future__ import annotations

import struct
from contextlib import closing
from socket import AF_UNIX, create_connection, socket
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from files.faults import Fault, Unfit

log = structlog.get_logger(__name__)

PORT: Final = 3310
MOST_SECONDS: Final = 60
"""To connect, and between two steps of the conversation."""

CHUNK: Final = 1_000_000  # bytes, of which clamd wants to know beforehand
LONGEST_ANSWER: Final = 1_000  # bytes


class ScannerAway(Exception):
    """clamd does not answer, or gives no verdict; its text is the kind of trouble."""


def is_ready() -> bool:
    """Whether a file would be scanned now; True where none has to be."""
    try:
        return not settings.CLAMD_ADDRESS or _answer(b"zPING\0") == "PONG"
    except ScannerAway:
        return False


def scan(data: bytes) -> None:
    """Raises Unfit for what clamd recognises, and ScannerAway without a verdict. What it recognised is logged."""
    if not settings.CLAMD_ADDRESS:
        return
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    body = b"".join(struct.pack("!L", len(chunk)) + chunk for chunk in chunks)
    answer = _answer(b"zINSTREAM\0" + body + struct.pack("!L", 0))
    if answer.endswith(" FOUND"):
        log.warning("infected_file", signature=answer.removeprefix("stream: ").removesuffix(" FOUND"))
        raise Unfit(Fault.INFECTED)
    if answer != "stream: OK":
        raise ScannerAway("NoVerdict")


def _answer(request: bytes) -> str:
    """Raises ScannerAway."""
    try:
        with closing(_connected()) as line, line.makefile("rb") as reader:
            line.sendall(request)
            answer: bytes = reader.read(LONGEST_ANSWER)
    except OSError as trouble:
        raise ScannerAway(type(trouble).__name__) from trouble
    return answer.rstrip(b"\0").decode(errors="replace")


def _connected() -> socket:
    place = urlsplit(settings.CLAMD_ADDRESS)
    if place.scheme == "tcp":
        return create_connection((place.hostname, place.port or PORT), timeout=MOST_SECONDS)
    line = socket(AF_UNIX)
    line.settimeout(MOST_SECONDS)
    try:
        line.connect(place.path)
    except OSError:
        line.close()
        raise
    return line
