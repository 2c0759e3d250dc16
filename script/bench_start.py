"""Time from the command to a ready portal, first and second start, and what a visitor's first page weighs.

    script/bench start

The first start makes the databases and loads the whole demo district; the packages are installed already. Bytes are
counted as a browser would fetch them: the page and all it links on this host, compressed, nothing cached.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_engines import free_port

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 300
PAGES = ("/", "/thu-tuc/", "/thu-tuc/?q=khai+sinh", "/hen-ngay/", "/tra-cuu/", "/so-lieu/", "/don-vi/", "/en/")
BUDGET = 60 * 1024


def main() -> None:
    home = tempfile.mkdtemp(prefix="portal-start-")
    Path(home).chmod(0o711)
    port = free_port()
    try:
        with running(home, port) as seconds:
            print(f"first start: {seconds:.1f} s (budget 90)")
            weigh(f"http://127.0.0.1:{port}")
        with running(home, port) as seconds:
            print(f"second start: {seconds:.1f} s (budget 10)")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running(home: str, port: int) -> Iterator[float]:
    """The portal on `port`, once ready; yields how long that took."""
    began = time.perf_counter()
    environment = os.environ | {"DATA_DIR": home, "PORT": str(port), "DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while not ready(port):
            if process.poll() is not None or time.perf_counter() - began > READY_WITHIN:
                raise SystemExit("the portal did not become ready")
            time.sleep(0.05)
        yield time.perf_counter() - began
    finally:
        stopped = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.wait(30)
        print(f"stopped in {time.perf_counter() - stopped:.1f} s (budget 5)")


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def weigh(base: str) -> None:
    """Print the compressed bytes of every public page with all it needs."""
    first = fetch(f"{base}/thu-tuc/")[0]
    procedure = re.search(r'href="(/thu-tuc/[^"/]+/)"', first)
    for path in (*PAGES, *([procedure[1]] if procedure else [])):
        html, size = fetch(base + path)
        linked = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html))
        total = size + sum(fetch(base + link)[1] for link in linked)
        print(f"{path:28} {size / 1024:6.1f} KiB of HTML, {total / 1024:6.1f} KiB in all (budget {BUDGET // 1024})")


def fetch(url: str) -> tuple[str, int]:
    """The text, and the bytes on the wire when the browser takes brotli or gzip."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        size = len(answer.read())
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode(errors="replace"), size


if __name__ == "__main__":
    main()
