"""Housekeeping of the catalogue."""

from celery import shared_task
from django.utils import timezone

from procedures import actions


@shared_task
def forget_unused_forms() -> None:
    """Blank forms that nothing names go, once a night. Twice is harmless."""
    actions.forget_unused_forms(at=timezone.now())
