"""What beat asks for: the clock is supplied here, the work is in actions. Running any of these twice is harmless."""

from celery import shared_task
from django.utils import timezone

from complaints import actions


@shared_task
def remind_of_calls() -> None:
    """Promises to call back that were missed are told once to whoever made them."""
    actions.remind_of_calls(at=timezone.now())
