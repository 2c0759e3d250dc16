"""A real Celery worker and a real beat, as separate processes, for tests about the queue."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from portal.embedded.processes import Program, kill_session, launch
from tests.databases import APPLICATION

ROOT = Path(__file__).resolve().parent.parent
WORKER = ("worker", "--concurrency=1", "--without-gossip", "--without-mingle", "--include=tests.worker_tasks")
BEAT = ("beat",)


def database_url() -> str:
    """The test database's address, for another process, as the application's role."""
    return re.sub("//[^@/]*@", f"//{APPLICATION.name}:{APPLICATION.password}@", owner_url(), count=1)


def owner_url() -> str:
    """The same as the owner; pytest-django has put the database's name into the connection."""
    return settings.DATABASE_URL.replace("/portal?", f"/{connection.settings_dict['NAME']}?")


@contextmanager
def celery(
    arguments: tuple[str, ...], log: Path, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one Celery process on the test database and, unless `env` says otherwise, the test broker."""
    program = Program(
        name=arguments[0],
        argv=(sys.executable, "-m", "celery", "-A", "portal", *arguments, "--loglevel=INFO"),
        log=log,
        env={"DATABASE_URL": database_url(), **(env or {})},
        cwd=ROOT,
    )
    process = launch(program)
    try:
        yield process
    finally:
        kill_session(process)  # a warm stop would take seconds, and nothing of a test need be finished


@pytest.fixture(scope="session")
def celery_worker(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    """One worker for the whole run; what it changes is committed, so its tests need transaction=True."""
    with celery(WORKER, tmp_path_factory.mktemp("worker") / "worker.log") as process:
        yield process


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool], float], None]:
    """`eventually(condition, seconds)`: wait for another process, failing loudly when it takes too long."""
    return wait_until


def wait_until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Ask again and again until `condition` holds; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.05)  # another process does the work: there is nothing to wait on


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
