"""An SMS gateway on a real port that answers well, badly, slowly, falsely or not at all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = "application/json"


class Gateway:
    """What was asked in `asked`, each a pair of headers and body; `answer` is how the next requests are answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.manner = ""
        self.status, self.headers, self.body = 200, {"Content-Type": JSON}, b'{"id": "m-1"}'
        self.closing = threading.Event()

    def says(self, status: int, body: bytes = b"", content_type: str = JSON, **headers: str) -> None:
        self.status, self.body = status, body
        self.headers = {"Content-Type": content_type} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway

    def do_POST(self) -> None:
        gateway = self.gateway
        body = self.rfile.read(int(self.headers["Content-Length"]))
        gateway.asked.append((dict(self.headers), json.loads(body)))
        with suppress(OSError):  # the portal may have hung up
            if gateway.manner == "hang":
                gateway.closing.wait(30)
            elif gateway.manner == "drip":
                self._drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Slow: " + b"y" * 10_000)
            else:
                self._answer()

    def _answer(self) -> None:
        self.send_response(self.gateway.status)
        for name, value in self.gateway.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.gateway.body)))
        self.end_headers()
        self.wfile.write(self.gateway.body)

    def _drip(self, message: bytes) -> None:
        for byte in message:
            self.wfile.write(bytes([byte]))
            if self.gateway.closing.wait(0.05):
                return

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def gateway_server() -> Iterator[Gateway]:
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.gateway = gateway = Gateway(f"http://127.0.0.1:{server.server_port}/send")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gateway
    finally:
        gateway.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
