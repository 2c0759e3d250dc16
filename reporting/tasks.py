"""What beat asks for: the clock is supplied here, the work is in actions. Running any of these twice is harmless."""

from celery import shared_task
from django.utils import timezone

from reporting.digests import actions as digests
from reporting.open_data.making import make_due_edition
from reporting.rollup import actions as rollup
from reporting.rollup import nightly_counts
from reporting.rollup.reconciliation import reconcile


@shared_task(ignore_result=True)
def refresh_stale() -> None:
    """Recount the marked days until no mark is left, then what was open on days before."""
    while rollup.recount_stale():
        pass
    rollup.recount_open()


@shared_task(ignore_result=True)
def note_open() -> None:
    """Note what was open at the end of every day that is over. Asked for ten minutes past the hour: by then whatever
    was still being written at midnight has committed."""
    rollup.note_open(at=timezone.now())


@shared_task(ignore_result=True)
def prove_rollup() -> None:
    reconcile(at=timezone.now())


@shared_task(ignore_result=True)
def count_night() -> None:
    nightly_counts.count_night(at=timezone.now())


@shared_task(ignore_result=True)
def make_open_data() -> None:
    """Does nothing but look at a folder until the next month is over."""
    make_due_edition(at=timezone.now())


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Whoever asked for it hears of the week or the month that is over, once, in working hours."""
    digests.send_digests(at=timezone.now())
