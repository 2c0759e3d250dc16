"""The web server as production runs it: slow lines keep nobody waiting, and no request waits without an end."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection, transaction

from portal.embedded import supervisor
from portal.embedded.processes import launch, stop
from portal.serving.arrivals import OF_ONE_VISITOR
from tests.workers import database_url, free_port, wait_until

WAIT, BODY = 0.5, 1.0  # seconds; production's are ten and thirty times longer
FORM = (
    "Content-Type: application/x-www-form-urlencoded",
    f"Cookie: csrftoken={'a' * 32}",
)
pytestmark = [pytest.mark.process, pytest.mark.django_db]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway") / "web.log"


@pytest.fixture(scope="module")
def port(django_db_setup: None, log: Path) -> Iterator[int]:
    """The supervisor's own command, one process of two threads, on the test database."""
    port = free_port()
    folder = log.parent
    (folder / "static").mkdir()
    (folder / "static" / "large.bin").write_bytes(os.urandom(5_000_000))
    env = {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(folder),
        "DATABASE_POOL_SIZE": "2",
        "DEBUG": "1",  # static files need not be collected
        "MAX_REQUEST_MB": "1",
        "MAX_UPLOAD_MB": "1",
        "WEB_WAIT_SECONDS": str(WAIT),
        "WEB_BODY_SECONDS": str(BODY),
    }
    process = launch(supervisor.web("127.0.0.1", port, log, env, workers=1))
    wait_until(lambda: is_listening(port))
    yield port
    stop(process, signal.SIGTERM)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0 and ask(port, "/healthz")[0] == 200


def ask(
    port: int, path: str, method: str = "GET", body: bytes | None = None, visitor: str = "127.0.0.1", **headers: str
) -> tuple[int, dict, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(visitor, 0))
    line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    given = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    line.close()
    return given


def begun(port: int, *lines: str, receive: int | None = None, visitor: str = "127.0.0.1") -> socket.socket:
    """A connection on which so much of a request was sent."""
    line = socket.socket()
    line.bind((visitor, 0))
    if receive:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    line.connect(("127.0.0.1", port))
    line.settimeout(30)
    line.sendall("\r\n".join(lines).encode())
    return line


def post(length: int, path: str = "/giao-dien/") -> tuple[str, ...]:
    return (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}", *FORM, "", "")


def test_a_large_file_is_sent_from_the_disk_whole_and_in_part(port, log):
    large = (log.parent / "static" / "large.bin").read_bytes()
    assert ask(port, "/static/large.bin")[2] == large
    status, headers, part = ask(port, "/static/large.bin", Range="bytes=2000000-3999999")
    assert (status, headers["content-range"]) == (206, "bytes 2000000-3999999/5000000")
    assert part == large[2_000_000:4_000_000]
    status, headers, nothing = ask(port, "/static/large.bin", "HEAD")
    assert (status, headers["content-length"], nothing) == (200, "5000000", b"")


def test_a_request_reaches_django_as_it_was_sent(port):
    body = b"theme=dark&next=%2Ftra-cuu%2F"
    sent = {"Content-Type": "application/x-www-form-urlencoded", "X-Request-ID": "abc-12345678"}
    status, headers, _ = ask(port, "/giao-dien/?a=b", "POST", body, **sent)
    assert (status, headers["location"], headers["x-request-id"]) == (302, "/tra-cuu/", "abc-12345678")
    assert "theme=dark" in headers["set-cookie"]
    assert "không-có" in ask(port, "/kh%C3%B4ng-c%C3%B3/")[2].decode()  # DEBUG names the path


def test_a_request_that_is_too_long_is_answered_without_being_read(port):
    with begun(port, *post(9_000_000)) as line:
        line.sendall(b"a" * 5_000_000)
        assert line.recv(100).startswith(b"HTTP/1.1 4")


def test_slow_lines_keep_no_thread(port):
    with ExitStack() as lines:
        for _ in range(10):
            lines.enter_context(begun(port, "GET / HTTP/1.1", "Host: 127.0.0.1", "X-Slow: "))
            lines.enter_context(begun(port, *post(1000)))
            lines.enter_context(begun(port, "GET /static/large.bin HTTP/1.1", "Host: 127.0.0.1", "", "", receive=1))
        for path in ("/healthz", "/tra-cuu/", "/don-vi/"):
            assert ask(port, path)[0] == 200


def test_a_body_that_does_not_come_is_sent_away_with_a_sentence(port):
    with begun(port, *post(1000)) as line:
        answer = line.recv(4000).decode()
    assert answer.startswith("HTTP/1.1 408")
    assert "chưa có gì được ghi nhận" in answer


def test_one_visitor_has_few_bodies_under_way_and_others_send_as_before(port):
    form = {"method": "POST", "body": b"theme=dark", "Content-Type": "application/x-www-form-urlencoded"}
    with ExitStack() as lines:
        for _ in range(OF_ONE_VISITOR):
            lines.enter_context(begun(port, *post(1000), visitor="127.0.5.1"))
        wait_until(lambda: ask(port, "/giao-dien/", visitor="127.0.5.1", **form)[0] == 429)
        _, headers, body = ask(port, "/giao-dien/", visitor="127.0.5.1", **form)
        assert (headers["retry-after"], "đang gửi dở quá nhiều" in body.decode()) == ("5", True)
        assert ask(port, "/giao-dien/", visitor="127.0.5.2", **form)[0] == 302
        assert ask(port, "/tra-cuu/", visitor="127.0.5.1")[0] == 200  # what has no body is not counted
    wait_until(lambda: ask(port, "/giao-dien/", visitor="127.0.5.1", **form)[0] == 302)


def test_a_body_of_unknown_length_is_not_taken(port):
    with begun(port, "POST /giao-dien/ HTTP/1.1", "Host: 127.0.0.1", "Transfer-Encoding: chunked", "", "") as line:
        assert b" 411 " in line.recv(64)


def test_while_every_thread_hangs_health_answers_at_once_and_a_page_is_refused_in_time(port):
    with transaction.atomic(), connection.cursor() as cursor, ExitStack() as lines:
        cursor.execute("LOCK TABLE units_unit IN ACCESS EXCLUSIVE MODE")
        for _ in range(2):
            lines.enter_context(begun(port, "GET /don-vi/ HTTP/1.1", "Host: 127.0.0.1", "", ""))
        wait_until(lambda: waiting_for_the_lock() == 2)
        began = time.perf_counter()
        status, headers, body = ask(port, "/don-vi/")
        assert (status, headers["retry-after"]) == (503, "5")
        assert WAIT <= time.perf_counter() - began < WAIT + 2
        assert "Cổng đang quá tải" in body.decode()
        began = time.perf_counter()
        assert ask(port, "/healthz")[2] == b"ok\n"
        assert time.perf_counter() - began < 0.1
        transaction.set_rollback(True)  # which lets go of the table
    wait_until(lambda: ask(port, "/don-vi/")[0] == 200)


def waiting_for_the_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]
