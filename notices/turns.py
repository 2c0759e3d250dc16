"""When it is a notice's turn: citizens are written to at decent hours only, staff are told in working hours anyway."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from notices.hours import decent, is_decent, wait_after
from notices.models import Notice


def may_write_now(at: datetime) -> bool:
    """Whether citizens may be written to."""
    return is_decent(at, since=settings.NOTICES_SINCE_HOUR, until=settings.NOTICES_UNTIL_HOUR)


def next_decent(at: datetime) -> datetime:
    return decent(at, since=settings.NOTICES_SINCE_HOUR, until=settings.NOTICES_UNTIL_HOUR)


def first_turn(notice: Notice) -> datetime | None:
    """None for a notice without an address."""
    return turn(notice, notice.created_at) if notice.has_address else None


def turn_after_failure(notice: Notice, at: datetime, asked: timedelta) -> datetime:
    """After a pause that grows with the tries, or the one the other side asked for when that is longer."""
    return turn(notice, at + max(wait_after(notice.attempts), asked))


def turn(notice: Notice, at: datetime) -> datetime:
    """The first moment from `at` on at which this person may be told."""
    return at if notice.goes_at_any_hour else next_decent(at)
