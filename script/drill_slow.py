"""Hundreds of slow lines, and what other readers notice of them.

    script/drill_slow [--seconds 120] [--clients 200] [--proxy] [--url http://127.0.0.1:8000] [--file /path]

`--clients` write one byte a second, half of them a head and half a body that never end, and as many read one byte a
second of the largest file; each from an address of its own in 127/8. Beside them a few readers ask for ordinary pages,
before it (quiet) and meanwhile (loaded). Without --url it starts engines, the catalogue and the web server for itself;
with --proxy nginx before it, with the configuration that docker-compose.yml uses.

The goal: no failed request of others, their p95 at most twice the quiet one, /healthz within 100 ms.
Exit code 1 if not.
"""

import argparse
import asyncio
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench_engines import catalogue_ready, engines_running, free_port, serving, wait_until_answers

ROOT = Path(__file__).resolve().parent.parent
HEALTH = "/healthz"
PAGES = ("/thu-tuc/1.001193/", "/thu-tuc/?q=khai+sinh", "/tra-cuu/", HEALTH)
FORM = (  # the page reads its body: with the cookie of a form, Django looks there for the token
    "Content-Length: 1000000",
    "Content-Type: application/x-www-form-urlencoded",
    f"Cookie: csrftoken={'a' * 32}",
)
READERS, PAUSE = 4, 0.2  # how many ask for ordinary pages, and how long each waits between two
PATIENCE = 10  # seconds after which a request has failed
MOST_RATIO, MOST_HEALTH = 2.0, 0.1


@dataclass
class Seen:
    """What ordinary readers noticed: seconds by page, and what failed."""

    took: dict[str, list[float]] = field(default_factory=lambda: {page: [] for page in PAGES})
    failed: list[str] = field(default_factory=list)

    def p95(self, page: str | None = None) -> float:
        return quantile(self.times(page), 95)

    def times(self, page: str | None = None) -> list[float]:
        return self.took[page] if page else [each for one in self.took.values() for each in one]


def main() -> int:
    options = parsed()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8 * options.clients + 256)), hard))
    with portal(options) as url:
        quiet, loaded = asyncio.run(drill(url, options))
    return report(quiet, loaded)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=120, help="how long the slow lines last")
    parser.add_argument("--clients", type=int, default=200, help="slow writers, and as many slow readers")
    parser.add_argument("--url", help="a portal that runs already")
    parser.add_argument("--file", help="what the slow readers read; default: the largest script of the API's page")
    parser.add_argument("--proxy", action="store_true", help="put nginx before the web server")
    return parser.parse_args()


# --- What is drilled -------------------------------------------------------------------------------------------------


@contextmanager
def portal(options: argparse.Namespace) -> Iterator[str]:
    """Its address, nginx before it where that is wanted."""
    with ExitStack() as stack:
        url = options.url or stack.enter_context(web(behind_proxy=options.proxy))
        yield stack.enter_context(proxy(url)) if options.proxy else url


@contextmanager
def web(*, behind_proxy: bool) -> Iterator[str]:
    """Engines, the catalogue, and the portal's web server as the supervisor starts it."""
    os.environ |= {"DATABASE_POOL_SIZE": "4", "LOG_LEVEL": "ERROR", "ALLOWED_HOSTS": "127.0.0.1"}
    with engines_running() as home:
        catalogue_ready()
        with serving(home, {"BEHIND_PROXY": str(int(behind_proxy))}) as url:
            yield url


@contextmanager
def proxy(upstream: str) -> Iterator[str]:
    """nginx (Debian's package) with the configuration of docker-compose.yml."""
    if not (nginx := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        raise SystemExit("nginx was not found: apt install nginx-light")
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="portal-nginx-"))
    values = {
        "PROXY_UPSTREAM": urlsplit(upstream).netloc,
        "PROXY_FOLDER": str(folder),
        "PROXY_TLS": "",
        "PROXY_PORT": str(port),
        "PROXY_TLS_PORT": "443",
        "PROXY_MAX_BODY_MB": "200",
        "PROXY_CONNECTIONS_PER_ADDRESS": "100",
    }
    folder.chmod(0o711)  # its workers run as nobody
    render_proxy(folder, values)
    process = subprocess.Popen([nginx, "-c", folder / "nginx.conf", "-g", "daemon off;"])
    try:
        wait_until_answers(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def render_proxy(folder: Path, values: dict[str, str]) -> None:
    """What the image of nginx does at its start: every ${PROXY_…} of the templates by its value."""
    for template in (ROOT / "portal/proxy").glob("*.template"):
        text = re.sub(r"\$\{(PROXY_\w+)\}", lambda match: values[match[1]], template.read_text())
        (folder / template.stem).write_text(text)


# --- The drill -------------------------------------------------------------------------------------------------------


async def drill(url: str, options: argparse.Namespace) -> tuple[Seen, Seen]:
    host, port = urlsplit(url).hostname or "127.0.0.1", urlsplit(url).port or 80
    target = Target(host, port)
    file = options.file or await target.largest_script()
    await target.ordinary(3)  # what a process makes once, at its first request, is not what a reader waits for
    quiet = await target.ordinary(max(5.0, options.seconds / 4))
    async with target.slow_lines(options.clients, file):
        loaded = await target.ordinary(options.seconds)
    return quiet, loaded


class Target:
    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def head(self, method: str, path: str, *more: str) -> bytes:
        lines = (f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", *more)
        return "\r\n".join((*lines, "", "")).encode()

    async def ask(self, path: str, address: str) -> bytes:
        """The body. Raises OSError for any answer but 200."""
        reader, writer = await asyncio.open_connection(self.host, self.port, local_addr=(address, 0))
        try:
            writer.write(self.head("GET", path, "Connection: close"))
            status, *_ = (head := await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
            body = await reader.read()
        finally:
            writer.close()
        if b" 200 " not in status + b" ":
            raise OSError(status.decode())
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length and len(body) != int(length[1]):
            raise OSError(f"{len(body)} of {length[1].decode()} bytes")
        return body

    async def largest_script(self) -> str:
        scripts = re.findall(r'src="(/static/[^"]+\.js)"', (await self.ask("/api/v1/docs/", "127.0.0.1")).decode())
        sizes = {script: len(await self.ask(script, "127.0.0.1")) for script in scripts}
        return max(sizes, key=lambda script: sizes[script])

    async def ordinary(self, seconds: float) -> Seen:
        """What a few readers notice who ask for pages for so long."""
        seen, until = Seen(), time.monotonic() + seconds
        await asyncio.gather(*(self._read_pages(seen, until, f"127.9.0.{one + 1}") for one in range(READERS)))
        return seen

    async def _read_pages(self, seen: Seen, until: float, address: str) -> None:
        while time.monotonic() < until:
            for page in PAGES:
                began = time.perf_counter()
                try:
                    async with asyncio.timeout(PATIENCE):
                        await self.ask(page, address)
                except (OSError, asyncio.IncompleteReadError) as error:
                    seen.failed.append(f"{page}: {type(error).__name__} {error}")
                else:
                    seen.took[page].append(time.perf_counter() - began)
                await asyncio.sleep(PAUSE)

    @asynccontextmanager
    async def slow_lines(self, clients: int, file: str) -> AsyncIterator[None]:
        """As many writers and readers of one byte a second; who is sent away comes back."""
        half_a_head = self.head("GET", "/")[:-2] + b"X-Slow: "
        half_a_body = self.head("POST", "/tra-cuu/", *FORM)
        begun = [half_a_head, half_a_body] * (clients // 2)
        lines = [self._write(each, f"127.7.{number // 250}.{number % 250 + 1}") for number, each in enumerate(begun)]
        whole = self.head("GET", file)
        lines += [self._read(whole, f"127.8.{number // 250}.{number % 250 + 1}") for number in range(clients)]
        tasks = [asyncio.create_task(line) for line in lines]
        await asyncio.sleep(2)  # until all of them are there
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, begun: bytes, address: str) -> None:
        """Who is sent away comes back."""
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(self.host, self.port, local_addr=(address, 0))
                try:
                    writer.write(begun)
                    while not writer.is_closing():
                        await asyncio.sleep(1)
                        writer.write(b"x")
                        await writer.drain()
                finally:
                    writer.close()
            await asyncio.sleep(1)

    async def _read(self, asked: bytes, address: str) -> None:
        loop = asyncio.get_running_loop()
        while True:
            with suppress(OSError), socket.socket() as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the system's least: some 2 KB
                line.setblocking(False)
                line.bind((address, 0))
                await loop.sock_connect(line, (self.host, self.port))
                await loop.sock_sendall(line, asked)
                while await loop.sock_recv(line, 1):
                    await asyncio.sleep(1)
            await asyncio.sleep(1)


# --- What it comes to ------------------------------------------------------------------------------------------------


def report(quiet: Seen, loaded: Seen) -> int:
    """Print it. 1 where the goal is missed."""
    print(
        f"{'':28} {'quiet: p50':>11} {'p95':>8} {'failed':>7}   {'loaded: p50':>11} {'p95':>8} {'failed':>7}"
        "  ratio of p95"
    )
    for page in (*PAGES, None):
        print(f"{page or 'all':28} {row(quiet, page)}   {row(loaded, page)}  {loaded.p95(page) / quiet.p95(page):.2f}")
    for reason, times in Counter(loaded.failed).most_common(5):
        print(f"failed {times} times: {reason}")
    ratio, health = loaded.p95() / quiet.p95(), loaded.p95(HEALTH)
    is_met = not loaded.failed and ratio <= MOST_RATIO and health <= MOST_HEALTH
    print(
        f"{'met' if is_met else 'MISSED'}: none failed, p95 at most {MOST_RATIO:.0f} times the quiet one, "
        f"{HEALTH} within {MOST_HEALTH * 1000:.0f} ms"
    )
    return 0 if is_met else 1


def row(seen: Seen, page: str | None) -> str:
    failed = sum(page is None or each.startswith(f"{page}: ") for each in seen.failed)
    times = seen.times(page)
    return f"{quantile(times, 50) * 1000:8.1f} ms {quantile(times, 95) * 1000:5.1f} ms {failed:7}"


def quantile(times: list[float], percent: int) -> float:
    if len(times) < 2:
        return float("nan")
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT)]
    sys.exit(main())
