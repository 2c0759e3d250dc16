"""What beat asks for: the clock is supplied here, the work is in actions. Running any of these twice is harmless."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from imap_tools import BaseMailBox

from complaints.changes.calendar.recalculation import reckon_next_batch
from complaints.intake.hotline import actions as hotline
from complaints.intake.mailbox import take_in
from complaints.intake.mailbox.attempts import process_next_retried
from complaints.intake.mailbox.server import TROUBLE, fetch_message, opened_mailbox
from complaints.reminders import actions as reminders
from complaints.sealed.files import clean_next_box
from dossiers.changes.calendar.recalculation import Known
from files.locks import Task, only_one
from files.storage.cleaning_queue import clean_next

log = structlog.get_logger(__name__)

ROUND: Final = timedelta(seconds=50)
"""How long one task goes on: it ends before the next one starts."""

LONGEST: Final = 300
"""Seconds until a task is ended that still reads one message; with the third time that message is set aside."""

CLEANING_ROUND: Final = timedelta(seconds=20)
"""Then other tasks have their turn at this child of the worker; beat sends the next round within seconds."""

AT_ONE_GO: Final = timedelta(minutes=5)


@shared_task
def reckon_calendar_changes() -> None:
    """Go on with the cases of previews and published changes until nothing is left, or for five minutes. Running twice
    at once is harmless: each batch belongs to whoever holds the row of the walk."""
    known, ends = Known(), timezone.now() + AT_ONE_GO
    while (at := timezone.now()) < ends and reckon_next_batch(known=known, at=at):
        pass


@shared_task
def remind_of_cases() -> None:
    """Offices and handlers hear what is due, late or waits for somebody. Twice is harmless."""
    reminders.remind_of_cases(at=timezone.now())


@shared_task(time_limit=LONGEST)
def read_mailbox() -> None:
    """Take once more what somebody asked for, then bring in what waits in the mailbox. One task at a time does so: a
    message that holds one up must not hold up the next as well."""
    with only_one(Task.MAILBOX) as alone:
        if alone:
            until = timezone.now() + ROUND
            while (at := timezone.now()) < until and _retried(at):
                pass
            _read_until(until)


def _retried(at: datetime) -> bool:
    """Whether there was one; what fails is counted, and set aside again."""
    try:
        return process_next_retried(at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as bug:
        log.error("mail_not_taken", error=type(bug).__name__)
        return True


def _read_until(until: datetime) -> None:
    if not settings.IMAP_URL:
        return
    try:
        with opened_mailbox(settings.IMAP_URL) as box:
            waiting = box.uids()
            for again in (False, True):
                waiting = [uid for uid in waiting if timezone.now() < until and not _take(box, uid, again=again)]
    except TROUBLE as trouble:  # the next round tries again; a server's words may hold the name of the account
        log.warning("mailbox_not_read", error=type(trouble).__name__)


def _take(box: BaseMailBox, uid: str, *, again: bool) -> bool:
    """One message that nobody foresaw stays where it is, and stops none behind it; nor does one that ended a worker
    before: it comes after all others. False for one that is left for that."""
    try:
        return fetch_message(box, uid, timezone.now(), again=again)
    except (*TROUBLE, OperationalError, InterfaceError):
        raise
    except Exception as bug:
        log.error("mail_not_taken", error=type(bug).__name__)
        return True


@shared_task(time_limit=LONGEST)
def clean_uploads() -> None:
    """Clean what strangers and staff sent, sealed scans and plain files in turn, for at most twenty seconds. One task
    at a time does so: decoding takes one core, whatever is sent."""
    with only_one(Task.CLEANING) as alone:
        until = timezone.now() + CLEANING_ROUND
        while alone and timezone.now() < until and sum((clean_next_box(), clean_next())):
            pass


@shared_task
def forget_mail() -> None:
    """Drop the bytes of messages that were ignored or dismissed a month ago."""
    take_in.forget_mail(at=timezone.now())


@shared_task
def remind_of_calls() -> None:
    """Promises to call back that were missed are told once to whoever made them."""
    hotline.remind_of_calls(at=timezone.now())
