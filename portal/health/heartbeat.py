"""Heartbeats of worker and beat in the cache, read by /readyz.

`python -m portal.health.heartbeat worker` (or beat) exits with 0 when the heartbeat is recent: a container's health
check.
"""

import os
import sys
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.utils import timezone

WORKER: Final = "worker"
BEAT: Final = "beat"
LATE_AFTER: Final = 30  # seconds; the worker beats every 2, beat at least every 5


def record(name: str, *, at: datetime) -> None:
    """Store that process `name` was alive at `at`. Without effect while the cache is down."""
    cache.set(f"heartbeat:{name}", at.timestamp(), timeout=LATE_AFTER * 4)


def is_alive(name: str, *, at: datetime) -> bool:
    """Whether `name` sent a heartbeat in the `LATE_AFTER` seconds before `at`."""
    seen = cache.get(f"heartbeat:{name}")
    return seen is not None and at.timestamp() - seen <= LATE_AFTER


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.exit(not is_alive(sys.argv[1], at=timezone.now()))
