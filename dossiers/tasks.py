"""Scheduled tasks: calendar changes, reorganisations, reminders, housekeeping. Names are stored in the schedule."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.limits.attempts import forget_tries
from dossiers.book.actions import close_last_years_books
from dossiers.changes.calendar.recalculation import WorkerCache, only_worker, recalculate_next_batch
from dossiers.changes.reorganisation.actions import transfer_all
from dossiers.reminders import actions, daily_worklist_mail, supplement_followup
from dossiers.tracking.following.actions import forget_followers as forget_unused
from units.clock.days import local_day
from units.reorganisation.successors import takers

UNCONFIRMED = timedelta(days=2)
AT_ONE_GO = timedelta(minutes=5)


@shared_task
def reckon_calendar_changes() -> None:
    """Recalculates dossiers for previews and published calendar changes, for at most five minutes a tick.

    Running twice at once is harmless: a batch is done by the worker that holds the lock of the run's row.
    """
    cache, ends = WorkerCache(), timezone.now() + AT_ONE_GO
    with only_worker() as alone:
        while alone and (at := timezone.now()) < ends and recalculate_next_batch(cache=cache, at=at):
            pass


@shared_task
def continue_ended_units() -> None:
    """Transfers what ended units still have in hand to today's successors; nothing to do on most days."""
    at = timezone.now()
    today = local_day(at)
    transfer_all(successors=takers(today), on=today, actor=None, at=at)


@shared_task
def forget_lookups() -> None:
    """Deletes attempts too old to count towards any limit of looking up, sending or signing in."""
    forget_tries(at=timezone.now())


@shared_task
def forget_followers() -> None:
    """Deletes addresses not confirmed within two days, or without a purpose for as long."""
    forget_unused(before=timezone.now() - UNCONFIRMED)


@shared_task
def remind_of_legs() -> None:
    """Reminds officers of dossiers due and late, and heads of those that stay late."""
    actions.remind_of_legs(at=timezone.now())


@shared_task
def remind_of_hand_overs() -> None:
    """Reports hand-overs that nobody accepted to both sides, and late consultations to heads of desks."""
    at = timezone.now()
    actions.remind_of_hand_overs(at=at)
    actions.report_late_consultations(at=at)


@shared_task
def chase_supplements() -> None:
    """Reminds applicants of supplements due; closes requests that stayed unanswered."""
    at = timezone.now()
    supplement_followup.remind_applicants(at=at)
    supplement_followup.give_up_unanswered(at=at)


@shared_task
def draft_apologies() -> None:
    """Drafts an apology for every dossier that became overdue."""
    supplement_followup.draft_apologies(at=timezone.now())


@shared_task
def mail_daily_worklists() -> None:
    """Sends every unit its worklist once a working day."""
    daily_worklist_mail.send_daily_worklists(at=timezone.now())


@shared_task
def close_books() -> None:
    """Closes the register books of past years; nothing to do on most days."""
    close_last_years_books(at=timezone.now())
