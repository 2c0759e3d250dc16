"""Scheduled tasks: they supply the time and call actions. Running any of them twice is harmless."""

from celery import shared_task
from django.utils import timezone

from reporting.digests import actions as digests
from reporting.open_data.making import make_due_edition
from reporting.rollup import actions as rollup
from reporting.rollup import nightly_counts
from reporting.rollup.reconciliation import reconcile


@shared_task(ignore_result=True)
def refresh_stale() -> None:
    """Recount marked days until no mark is left, then the open dossiers of past days."""
    while rollup.recount_stale():
        pass
    rollup.recount_open()


@shared_task(ignore_result=True)
def note_open() -> None:
    """Count what was open at the end of every day that is over. Scheduled at ten minutes past the hour, when every
    transaction that began before midnight has committed."""
    rollup.note_open(at=timezone.now())


@shared_task(ignore_result=True)
def prove_rollup() -> None:
    reconcile(at=timezone.now())


@shared_task(ignore_result=True)
def count_nightly() -> None:
    nightly_counts.count_nightly(at=timezone.now())


@shared_task(ignore_result=True)
def make_open_data() -> None:
    """Only looks at a folder unless a month has ended since the last edition."""
    make_due_edition(at=timezone.now())


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Send each subscriber the figures of the week or month that is over, once, in working hours."""
    digests.send_digests(at=timezone.now())
