"""Nightly clean-up of the catalogue."""

from celery import shared_task
from django.utils import timezone

from procedures.editing.actions import blank_forms


@shared_task
def forget_unused_forms() -> None:
    """Deletes blank forms that nothing names, once a night. May run twice."""
    blank_forms.forget_unused_forms(at=timezone.now())
