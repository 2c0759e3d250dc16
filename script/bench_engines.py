"""Durable throw-away engines for the benchmarks: production's settings, in a folder that goes away."""

import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60
sys.path.insert(0, str(ROOT))

from portal.embedded.engines import Engines, location_for  # noqa: E402


@contextmanager
def engines_running() -> Iterator[Path]:
    """PostgreSQL and Valkey in a new folder, Django set up on them and migrated; yields the folder."""
    home = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    home.chmod(0o711)  # the engines' account must be able to enter it
    engines = Engines(location_for(home))
    os.environ.update(
        DEMO="1",
        DATA_DIR=str(home),
        DATABASE_POOL_SIZE=os.environ.get("DATABASE_POOL_SIZE", "0"),
        DJANGO_SETTINGS_MODULE="portal.settings",
        DATABASE_URL=engines.location.database_url,
        REDIS_URL=engines.location.redis_url,
    )
    try:
        engines.start()
        _set_up()
        yield home
    finally:
        engines.stop()
        shutil.rmtree(engines.location.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def catalogue_ready() -> None:
    """Offices and the real catalogue."""
    from django.core.management import call_command

    call_command("load_units", verbosity=0)
    call_command("load_catalogue", verbosity=0)


@contextmanager
def serving(home: Path, env: dict[str, str]) -> Iterator[str]:
    """The portal's web server on running engines, started as the supervisor starts it; its address."""
    from django.core.management import call_command

    from portal.embedded import supervisor
    from portal.embedded.processes import launch, stop

    call_command("collectstatic", interactive=False, verbosity=0)
    port = free_port()
    program = supervisor.web("127.0.0.1", port, home / "web.log", env)
    process = launch(program)
    try:
        wait_until_answers(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process, program.stop_signal)


def wait_until_answers(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if line.recv(100).startswith(b"HTTP/1.1 200"):
                return
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing answered on port {port} within {READY_WITHIN} s")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
