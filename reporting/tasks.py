"""What beat asks for: the clock is supplied here, the work is in actions. Running any of these twice is harmless."""

from celery import shared_task
from django.utils import timezone

from reporting import actions


@shared_task(ignore_result=True)
def refresh_stale() -> None:
    """Recount the marked days until no mark is left."""
    while actions.recount_stale():
        pass


@shared_task(ignore_result=True)
def prove_rollup() -> None:
    actions.prove(at=timezone.now())


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Whoever asked for it hears of the week or the month that is over, once, in working hours."""
    actions.send_digests(at=timezone.now())
