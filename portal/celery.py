"""The Celery application, and the heartbeats of worker and beat."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.beat import Scheduler
from celery.signals import heartbeat_sent, setup_logging, worker_init
from django.conf import settings
from django.utils import timezone

from portal.checks import refuse_unsafe_start
from portal.health import heartbeat
from portal.memory import close_memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def check_worker(**_: Any) -> None:
    """Before it forks: its children inherit that their memory is closed."""
    refuse_unsafe_start()
    if not settings.DEMO:
        close_memory()


@heartbeat_sent.connect
def note_worker(**_: Any) -> None:
    """Sent by the worker's main process every 2 s, also while all its children are busy."""
    heartbeat.record(heartbeat.WORKER, at=timezone.now())


@setup_logging.connect
def use_django_logging(**_: Any) -> None:
    """Keeps Celery from replacing the log format that Django has configured."""
    logging.config.dictConfig(settings.LOGGING)


class HeartbeatScheduler(Scheduler):
    """Beat's scheduler; records a heartbeat every round, without a worker.

    It keeps no file: after a restart the intervals begin again, which the schedule's tasks allow.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        heartbeat.record(heartbeat.BEAT, at=timezone.now())
        return super().tick(*args, **kwargs)
