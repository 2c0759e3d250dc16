"""Housekeeping of the catalogue."""

from celery import shared_task
from django.utils import timezone

from procedures.editing.actions import blank_forms


@shared_task
def forget_unused_forms() -> None:
    """Blank forms that nothing names go, once a night. Twice is harmless."""
    blank_forms.forget_unused_forms(at=timezone.now())
