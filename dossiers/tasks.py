"""What is done to dossiers by the clock: after changes of the calendar and of offices; and housekeeping."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.limits.attempts import forget_tries
from dossiers.book.actions import close_last_years_books
from dossiers.changes.calendar.recalculation import Known, only_worker, reckon_next_batch
from dossiers.changes.reorganisation.actions import continue_all
from dossiers.reminders import actions, daily_worklist, supplement_followup
from dossiers.tracking.following.actions import forget_followers as forget_unused
from units.clock.days import local_day
from units.reorganisation.successors import takers

UNCONFIRMED = timedelta(days=2)
AT_ONE_GO = timedelta(minutes=5)


@shared_task
def reckon_calendar_changes() -> None:
    """Go on with previews and published changes until nothing is left, or for five minutes: the next tick goes on.

    Running twice at once is harmless: each batch belongs to whoever holds the row of the run.
    """
    known, ends = Known(), timezone.now() + AT_ONE_GO
    with only_worker() as alone:
        while alone and (at := timezone.now()) < ends and reckon_next_batch(known=known, at=at):
            pass


@shared_task
def continue_ended_units() -> None:
    """What ended units still have in hand goes on where the tree of today says; nothing to do on most days."""
    at = timezone.now()
    today = local_day(at)
    continue_all(heirs=takers(today), on=today, actor=None, at=at)


@shared_task
def forget_lookups() -> None:
    """Forget what is too long ago to count towards any limit: of looking up, of sending, of signing in."""
    forget_tries(at=timezone.now())


@shared_task
def forget_followers() -> None:
    """Forget addresses that did not confirm within two days, or have had no use for as long. Twice is harmless."""
    forget_unused(before=timezone.now() - UNCONFIRMED)


@shared_task
def remind_of_legs() -> None:
    """Who has a dossier in hand hears what is due and late, and heads what stays late. Twice is harmless."""
    actions.remind_of_legs(at=timezone.now())


@shared_task
def remind_of_hand_overs() -> None:
    """Both sides hear of hand-overs nobody accepted, and heads of desks of answers that do not come."""
    at = timezone.now()
    actions.remind_of_hand_overs(at=at)
    actions.report_late_consultations(at=at)


@shared_task
def chase_supplements() -> None:
    """Applicants are reminded while they can still answer; then what they did not complete is given up."""
    at = timezone.now()
    supplement_followup.remind_applicants(at=at)
    supplement_followup.give_up_unanswered(at=at)


@shared_task
def draft_apologies() -> None:
    """What became overdue gets its apology drafted."""
    supplement_followup.draft_apologies(at=timezone.now())


@shared_task
def list_mornings() -> None:
    """Units hear, once a working day, what the day brings."""
    daily_worklist.list_mornings(at=timezone.now())


@shared_task
def close_books() -> None:
    """The books of years that are over; nothing to do on most days."""
    close_last_years_books(at=timezone.now())
