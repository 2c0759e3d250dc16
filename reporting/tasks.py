"""What beat asks for: the clock is supplied here, the work is in actions. Running any of these twice is harmless."""

from celery import shared_task
from django.utils import timezone

from reporting import actions, night
from reporting.open_data.making import make_due_edition


@shared_task(ignore_result=True)
def refresh_stale() -> None:
    """Recount the marked days until no mark is left, then what was open on days before."""
    while actions.recount_stale():
        pass
    actions.recount_open()


@shared_task(ignore_result=True)
def note_open() -> None:
    """Note what was open at the end of every day that is over. Asked for ten minutes past the hour: by then whatever
    was still being written at midnight has committed."""
    actions.note_open(at=timezone.now())


@shared_task(ignore_result=True)
def prove_rollup() -> None:
    actions.prove(at=timezone.now())


@shared_task(ignore_result=True)
def count_night() -> None:
    night.count_night(at=timezone.now())


@shared_task(ignore_result=True)
def make_open_data() -> None:
    """Does nothing but look at a folder until the next month is over."""
    make_due_edition(at=timezone.now())


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Whoever asked for it hears of the week or the month that is over, once, in working hours."""
    actions.send_digests(at=timezone.now())
