"""When a notice is sent: to citizens during sending hours only; notices to staff arise in working hours anyway."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from notices.models import Notice
from notices.sending_hours import is_sending_hour, next_sending_hour, wait_after


def may_write_now(at: datetime) -> bool:
    """Whether citizens may be written to."""
    return is_sending_hour(at, since=settings.NOTICES_SINCE_HOUR, until=settings.NOTICES_UNTIL_HOUR)


def next_sending_time(at: datetime) -> datetime:
    return next_sending_hour(at, since=settings.NOTICES_SINCE_HOUR, until=settings.NOTICES_UNTIL_HOUR)


def first_send_time(notice: Notice) -> datetime | None:
    """None for a notice without an address."""
    return send_time(notice, notice.created_at) if notice.has_address else None


def send_time_after_failure(notice: Notice, at: datetime, asked: timedelta) -> datetime:
    """After a pause that grows with the tries, or the one the other side asked for when that is longer."""
    return send_time(notice, at + max(wait_after(notice.attempts), asked))


def send_time(notice: Notice, at: datetime) -> datetime:
    """The first moment from `at` on at which this person may be written to."""
    return at if notice.goes_at_any_hour else next_sending_time(at)
