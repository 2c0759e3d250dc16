"""Housekeeping of the public look-up."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from dossiers import actions

KEPT = timedelta(hours=1)


@shared_task
def forget_lookups() -> None:
    """Forget visitors who have not looked anything up for an hour."""
    actions.forget_lookups(before=timezone.now() - KEPT)
