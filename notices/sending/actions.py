"""Sending what is due: each row by one worker, and never a second message because an answer was lost.

A row is taken by a lease that is committed before anything is sent. The lease ends by itself, so a worker that dies
before it hands the message over costs five minutes. The hand-over is committed too, at the last moment at which the
other side cannot have the message; a worker that dies after it leaves a row that only a person sends again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog
from django.db import DatabaseError, transaction

from notices.models import LEASE, Notice, NoticeQuerySet
from notices.send_schedule import may_write_now, send_time, send_time_after_failure
from notices.sending.channels.contract import Refused, TryAgain, Unsure
from notices.sending.messages import message_of
from notices.sending.reach import channel_for
from notices.sending_hours import MOST_ATTEMPTS

log = structlog.get_logger(__name__)

LOST: Final = "WorkerLost"


class LeaseLost(Exception):
    """Another worker has taken the row: this one was too slow, and sends nothing."""


def send_next_notice(*, at: datetime) -> bool:
    """Send the notice that is due the longest; False when none is. Safe to run in several workers at once."""
    notice = _take(at)
    if notice is None:
        return False
    if notice.given_up_at is None:
        _settle(notice, _outcome(notice, at))
    return True


@transaction.atomic
def send_again(*, notices: Iterable[int], at: datetime) -> list[Notice]:
    """Begin again with dead letters and those nobody knows about; others are left alone. Returns what will be sent."""
    rows = Notice.objects.undelivered(at).filter(pk__in=list(notices)).select_for_update()
    again = list(rows.order_by("id"))
    for notice in again:
        notice.attempts, notice.last_error = 0, ""
        notice.given_up_at = notice.sending_since = None
        notice.next_try_at = send_time(notice, at)
    fields = ["attempts", "last_error", "given_up_at", "sending_since", "next_try_at"]
    Notice.objects.bulk_update(again, fields)
    return again


@transaction.atomic(durable=True)
def _take(at: datetime) -> Notice | None:
    """Lease the next row, in a transaction of its own: a crash from here on is remembered."""
    due = Notice.objects.due(at) if may_write_now(at) else Notice.objects.due(at).at_any_hour()
    notice = due.select_for_update(of=("self",), skip_locked=True).first()
    if notice is None:
        return None
    if notice.attempts >= MOST_ATTEMPTS:  # each of them ended with the worker itself
        notice.given_up_at, notice.last_error = at, LOST
    else:
        notice.attempts += 1
        notice.last_try_at, notice.next_try_at = at, at + LEASE
    notice.save(update_fields=["attempts", "last_try_at", "next_try_at", "given_up_at", "last_error"])
    return notice


def _outcome(notice: Notice, at: datetime) -> dict[str, Any]:
    """Try to send; what the row says from then on."""
    try:
        message = message_of(notice, at=at, before_handing_over=partial(_note_handing_over, notice, at))
        channel_for(notice).send(message)
    except LeaseLost:
        return {}
    except TryAgain as trouble:
        return _later(notice, at, trouble)
    except Unsure as trouble:
        return {"last_error": str(trouble), "sending_since": at}
    except Refused as refused:
        return _never(at, str(refused))
    except DatabaseError:
        raise  # nothing can be noted now; the lease runs out
    except Exception as bug:  # one bad row must not stop the others
        log.exception("notice_not_sent", notice=notice.pk, kind=notice.kind)
        why = type(bug).__name__
        return {"last_error": why} if notice.sending_since else _never(at, why)
    return {"sent_at": at, "sending_since": None, "last_error": ""}


def _later(notice: Notice, at: datetime, trouble: TryAgain) -> dict[str, Any]:
    if notice.attempts >= MOST_ATTEMPTS:
        return _never(at, str(trouble))
    next_try_at = send_time_after_failure(notice, at, trouble.after)
    return {"next_try_at": next_try_at, "sending_since": None, "last_error": str(trouble)}


def _never(at: datetime, why: str) -> dict[str, Any]:
    return {"given_up_at": at, "sending_since": None, "last_error": why}


def _note_handing_over(notice: Notice, at: datetime) -> None:
    """Committed at once. Raises LeaseLost when the row is no longer ours."""
    with transaction.atomic(durable=True):
        if not _own(notice).filter(sending_since=None).update(sending_since=at):
            raise LeaseLost
    notice.sending_since = at


def _settle(notice: Notice, changes: dict[str, Any]) -> None:
    if changes:
        _own(notice).update(**changes)


def _own(notice: Notice) -> NoticeQuerySet:
    """The row while it is as this worker took it: the worker that takes it next moves `next_try_at` on."""
    return Notice.objects.filter(pk=notice.pk, next_try_at=notice.next_try_at, sent_at=None, given_up_at=None)
