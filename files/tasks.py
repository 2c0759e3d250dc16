"""Nightly clean-up of the storage."""

from celery import shared_task
from django.utils import timezone

from files.storage import actions


@shared_task
def forget_orphans() -> None:
    """Deletes bytes without a row, once a day. May run twice."""
    actions.forget_orphans(at=timezone.now())
