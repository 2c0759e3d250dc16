"""How long sixteen readers wait for the page of a procedure, from a started web server with two processes.

    script/bench cache

Each reader asks again as soon as the answer is there, over one connection. "cached" is the page as most ask for it,
"drawn" the same at an office of one's choice: an address with a question, which is never cached.
"""

import gzip
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import quantiles

from bench_engines import ROOT, catalogue_ready, engines_running, free_port

READERS, SECONDS = 16, 10
PATHS = {"cached": "/thu-tuc/1.001193/", "drawn": "/thu-tuc/1.001193/?noi-nop=bach-mai"}
BUDGET = 0.5  # seconds of p95, of any page


def main() -> None:
    os.environ |= {"LOG_LEVEL": "WARNING", "DATABASE_POOL_SIZE": "4"}
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        with web_running() as port:
            for name, path in PATHS.items():
                for encoding in ("identity", "gzip"):
                    measure(port, name, path, encoding)


@contextmanager
def web_running() -> Iterator[int]:
    from portal.embedded.supervisor import SERVED_BY

    port = free_port()
    argv = [sys.executable, "-m", "granian", *SERVED_BY, "--port", str(port), "--log-level", "warning"]
    web = subprocess.Popen([*argv, "--workers", "2", "portal.serving.gateway:gateway"], cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while not answers(port) and time.monotonic() < until:
            time.sleep(0.2)
        yield port
    finally:
        web.terminate()
        web.wait()


def answers(port: int) -> bool:
    try:
        ask(http.client.HTTPConnection("127.0.0.1", port), PATHS["cached"], "identity")
    except OSError:
        return False
    return True


def ask(connection: http.client.HTTPConnection, path: str, encoding: str) -> bytes:
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    return connection.getresponse().read()


def measure(port: int, name: str, path: str, encoding: str) -> None:
    until = time.monotonic() + SECONDS

    def read(_number: int) -> list[float]:
        connection, took = http.client.HTTPConnection("127.0.0.1", port), []
        while (began := time.monotonic()) < until:
            body = ask(connection, path, encoding)
            took.append(time.monotonic() - began)
        assert "Đăng ký khai sinh" in (gzip.decompress(body) if encoding == "gzip" else body).decode()
        return took

    with ThreadPoolExecutor(READERS) as readers:
        took = [seconds for one in readers.map(read, range(READERS)) for seconds in one]
    p95 = quantiles(took, n=20)[-1]
    rate = len(took) / SECONDS
    print(f"{name:6} {encoding:8} {rate:6.0f} a second, p95 {p95 * 1000:4.0f} ms (budget {BUDGET:.1f} s)")


if __name__ == "__main__":
    main()
