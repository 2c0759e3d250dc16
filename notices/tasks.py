"""The outbox's schedule."""

from datetime import timedelta
from typing import Final

from celery import shared_task
from django.utils import timezone

from notices.sending.actions import send_next_notice

ROUND: Final = timedelta(seconds=4)
"""How long one task runs: it ends before the next one starts, and long before a stopping worker must."""


@shared_task
def send_notices() -> None:
    """Send what is due. Running twice at once is harmless: a row is sent by the worker that took it."""
    until = timezone.now() + ROUND
    while (at := timezone.now()) < until and send_next_notice(at=at):
        pass
