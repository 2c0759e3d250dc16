"""The outbox's schedule."""

from celery import shared_task
from django.utils import timezone

from notices import actions


@shared_task
def send_notices() -> None:
    """Send everything that waits. Running twice at once is harmless: a row is sent by whoever holds it."""
    at = timezone.now()
    while actions.send_next_notice(at=at):
        pass
