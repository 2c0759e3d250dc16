"""Counts tries in PostgreSQL and refuses those beyond a limit, so that limits hold while Redis is away.

A try is counted before anything typed is checked, in the statement that reads the counter: two requests at once cannot
both be the fifth. Who then proves right gives the try back. Keys are keyed hashes: a row names no visitor and no code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import AttemptCounter
from units.texts.wording import clock_time, day_of, weekday_datetime

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

# `forget_at` is the try's time plus the longest span of its limit: what lies as long before the try is left out.
# In order of the keys, so that two requests with the same keys wait for each other instead of locking each other out.
_COUNT: Final = """
    INSERT INTO dossiers_lookuptry AS seen (key, times, forget_at)
    SELECT key, ARRAY[%(at)s::timestamptz], forget_at
    FROM unnest(%(keys)s::text[], %(ends)s::timestamptz[]) AS wanted (key, forget_at)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        times = ARRAY(
            SELECT t FROM unnest(seen.times) AS t
            WHERE t > %(at)s::timestamptz - (EXCLUDED.forget_at - %(at)s::timestamptz)
        ) || EXCLUDED.times,
        forget_at = EXCLUDED.forget_at
    RETURNING key, times
"""

_GIVE_BACK: Final = """
    UPDATE dossiers_lookuptry AS seen
    SET times = seen.times[:array_position(seen.times, %(at)s::timestamptz) - 1]
        || seen.times[array_position(seen.times, %(at)s::timestamptz) + 1:]
    FROM (
        SELECT id FROM dossiers_lookuptry WHERE key = ANY(%(keys)s::text[]) ORDER BY key FOR UPDATE
    ) AS counted
    WHERE seen.id = counted.id AND %(at)s::timestamptz = ANY(seen.times)
"""


class Rate(NamedTuple):
    most: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries within each span. `purpose`: what is counted; `of`: whose, as a visitor and a code."""

    purpose: str
    of: tuple[str, ...]
    rates: tuple[Rate, ...]

    @property
    def key(self) -> str:
        return salted_hmac("accounts.limits", json.dumps([self.purpose, *self.of]), algorithm="sha256").hexdigest()

    @property
    def span(self) -> timedelta:
        return max(rate.span for rate in self.rates)

    def free_at(self, times: Iterable[datetime], at: datetime) -> datetime | None:
        """When the next try may be made, after those at `times`; None if now."""
        waits = []
        for most, span in self.rates:
            recent = sorted(time for time in times if time > at - span)
            if len(recent) >= most:
                waits.append(recent[-most] + span)
        return max(waits, default=None)


class TooManyTries(Exception):
    """A limit has been reached. Nothing that was typed has been checked."""

    def __init__(self, limit: Limit, until: datetime, at: datetime) -> None:
        super().__init__(limit.purpose)
        self.limit, self.until, self.at = limit, until, at

    @property
    def seconds(self) -> int:
        """For Retry-After."""
        return max(1, ceil((self.until - self.at).total_seconds()))

    @property
    def come_back(self) -> str:
        """When to come back, as a sentence; to the next full minute, so that a person who comes then is let in."""
        if self.seconds <= MINUTE.total_seconds():
            return _("Xin chờ một phút rồi thử lại.")
        minute = (self.until + MINUTE - timedelta(microseconds=1)).replace(second=0, microsecond=0)
        if day_of(minute) == day_of(self.at):
            return _("Xin thử lại từ %(time)s hôm nay.") % {"time": clock_time(minute)}
        return _("Xin thử lại từ %(moment)s.") % {"moment": weekday_datetime(minute, get_language() or "vi")}


@transaction.atomic
def count_try(*, limits: Sequence[Limit], at: datetime) -> None:
    """Counts one try under each limit. Raises TooManyTries, and counts nothing, if one of them has been reached."""
    _refuse(limits, _counted(limits), at)  # without a lock: further tries in vain write nothing
    values: dict[str, Any] = {
        "at": at,
        "keys": [limit.key for limit in limits],
        "ends": [at + limit.span for limit in limits],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        before = {key: times[:-1] for key, times in cursor.fetchall()}
    _refuse(limits, before, at)


def give_back(*, limits: Sequence[Limit], at: datetime) -> None:
    """Takes the try of that moment out of every counter again: it was right."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"at": at, "keys": [limit.key for limit in limits]})


def has_tried(*, limit: Limit, at: datetime) -> bool:
    """Whether a try is counted under it within its longest span."""
    return any(time > at - limit.span for time in _counted([limit]).get(limit.key, ()))


def remember(*, limit: Limit, at: datetime) -> None:
    """Keeps that moment alone under the limit, for `has_tried` until its span is over."""
    AttemptCounter.objects.bulk_create(
        [AttemptCounter(key=limit.key, times=[at], forget_at=at + limit.span)],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["times", "forget_at"],
    )


def forget_tries(*, at: datetime) -> int:
    """Removes the counters that count nothing any more; returns how many."""
    return AttemptCounter.objects.filter(forget_at__lte=at).delete()[0]


def _counted(limits: Iterable[Limit]) -> Mapping[str, list[datetime]]:
    rows = AttemptCounter.objects.filter(key__in=[limit.key for limit in limits])
    return dict(rows.values_list("key", "times"))


def _refuse(limits: Iterable[Limit], times: Mapping[str, list[datetime]], at: datetime) -> None:
    """Raises for the limit that takes longest to free."""
    reached = [(until, limit) for limit in limits if (until := limit.free_at(times.get(limit.key, ()), at))]
    if reached:
        until, limit = max(reached, key=lambda one: one[0])
        raise TooManyTries(limit, until, at)
