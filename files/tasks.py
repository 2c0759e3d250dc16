"""Housekeeping of the store."""

from celery import shared_task
from django.utils import timezone

from files.storage import actions


@shared_task
def forget_orphans() -> None:
    """Bytes that belong to nobody go, once a night. Twice is harmless."""
    actions.forget_orphans(at=timezone.now())
