"""Tasks that only a test's worker knows."""

from pathlib import Path

from celery import shared_task
from django.core.cache import cache

from tests.workers import wait_until


@shared_task
def leave_mark(name: str) -> None:
    """Show that a task sent by a test came all the way through broker, worker and child."""
    cache.set(f"mark:{name}", "done", timeout=300)


@shared_task
def hold(folder: str) -> None:
    """Keep a child busy until the test writes `release` into `folder`."""
    (Path(folder) / "started").touch()
    wait_until((Path(folder) / "release").exists, 60)
    (Path(folder) / "finished").touch()
