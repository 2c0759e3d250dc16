"""Scheduled tasks: they supply the clock, actions do the work. Running any of them twice is harmless."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from imap_tools import BaseMailBox

from complaints.changes.calendar.recalculation import recalculate_next_batch
from complaints.intake.hotline import actions as hotline
from complaints.intake.mailbox import take_in
from complaints.intake.mailbox.attempts import process_next_retried
from complaints.intake.mailbox.server import TROUBLE, fetch_message, opened_mailbox
from complaints.reminders import actions as reminders
from complaints.sealed.files import clean_next_box
from dossiers.changes.calendar.recalculation import WorkerCache
from files.antivirus.clamd import ScannerAway, is_ready
from files.locks import Task, only_one
from files.storage.cleaning_queue import clean_next

log = structlog.get_logger(__name__)

ROUND: Final = timedelta(seconds=50)
"""How long one task runs: it ends before the next one starts."""

LONGEST: Final = 300
"""Seconds until a task is killed that still reads one message; after the third time that message is set aside."""

CLEANING_ROUND: Final = timedelta(seconds=20)
"""Then other tasks get this process of the worker; beat sends the next task within seconds."""

AT_ONE_GO: Final = timedelta(minutes=5)


@shared_task
def reckon_calendar_changes() -> None:
    """Recalculate cases for previews and published changes until nothing is left, or for five minutes. Two at once are
    harmless: each batch locks the row of its run."""
    cache, ends = WorkerCache(), timezone.now() + AT_ONE_GO
    while (at := timezone.now()) < ends and recalculate_next_batch(cache=cache, at=at):
        pass


@shared_task
def remind_of_cases() -> None:
    """Remind offices and handlers of what is due, late or waits for somebody."""
    reminders.remind_of_cases(at=timezone.now())


@shared_task(time_limit=LONGEST)
def read_mailbox() -> None:
    """Retry the messages that somebody asked to retry, then fetch new ones. Only one task at a time: a message that
    blocks one task must not block the next as well."""
    with only_one(Task.MAILBOX) as alone:
        if alone:
            until = timezone.now() + ROUND
            while (at := timezone.now()) < until and _retried(at):
                pass
            _read_until(until)


def _retried(at: datetime) -> bool:
    """Whether there was one; failures are counted, and the message is set aside again."""
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
    """A message that raises stays on the server and does not stop the others. One whose reading ended a worker before
    comes after all others: then False."""
    try:
        return fetch_message(box, uid, timezone.now(), again=again)
    except (*TROUBLE, OperationalError, InterfaceError):
        raise
    except Exception as bug:
        log.error("mail_not_taken", error=type(bug).__name__)
        return True


@shared_task(time_limit=LONGEST)
def clean_uploads() -> None:
    """Clean uploads, sealed scans and plain files in turn, for at most twenty seconds. Only one task at a time:
    decoding takes one core at most. While the antivirus is away they wait."""
    with only_one(Task.CLEANING) as alone:
        until = timezone.now() + CLEANING_ROUND
        while alone and timezone.now() < until and _clean_some():
            pass


def _clean_some() -> bool:
    """Whether there was something to clean, and it could be."""
    if not is_ready():
        log.warning("antivirus_away")
        return False
    try:
        return bool(sum((clean_next_box(), clean_next())))
    except ScannerAway as away:
        log.warning("antivirus_away", error=str(away))
        return False


@shared_task
def forget_mail() -> None:
    """Drop the bytes of messages that were ignored or dismissed a month ago."""
    take_in.forget_mail(at=timezone.now())


@shared_task
def remind_of_calls() -> None:
    """Remind operators once of missed promises to call back."""
    hotline.remind_of_calls(at=timezone.now())
