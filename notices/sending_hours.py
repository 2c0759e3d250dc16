"""When a message may go out, and when a failed one is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from units.texts.wording import HANOI

MOST_ATTEMPTS: Final = 10
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=4)
LONGEST_ASKED: Final = timedelta(days=1)
"""How long a server may make us wait by Retry-After."""


def is_sending_hour(at: datetime, *, since: int, until: int) -> bool:
    """Whether people may be written to at this moment: from the hour `since`, before the hour `until`, in Hanoi."""
    return since <= at.astimezone(HANOI).hour < until


def next_sending_hour(at: datetime, *, since: int, until: int) -> datetime:
    """The first moment of sending hours that is not before `at`."""
    if is_sending_hour(at, since=since, until=until):
        return at
    local = at.astimezone(HANOI)
    day = local.date() if local.hour < since else local.date() + timedelta(days=1)
    return datetime.combine(day, time(since), HANOI)


def wait_after(attempts: int) -> timedelta:
    """The pause after so many failed tries: a minute, doubled each time, at most four hours."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def asked_wait(retry_after: str, at: datetime) -> timedelta:
    """What a Retry-After header asks for, in seconds or as a date; nothing for one that cannot be read."""
    if retry_after.isascii() and retry_after.isdigit():
        seconds = min(int(retry_after[:9]), int(LONGEST_ASKED.total_seconds()))
        return timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta()
    if until.tzinfo is None:
        return timedelta()
    return min(max(until - at, timedelta()), LONGEST_ASKED)
