"""Counting look-ups of the public tracking page, without Redis: it must hold while the cache is away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection

from dossiers.models import LookupTry, PhoneTry

TRIES_PER_MINUTE = 5
WINDOW = timedelta(minutes=1)
PHONE_TRIES_PER_DAY = 20
"""Four digits are ten thousand: guessing one dossier's from many addresses would take more than a year to try all."""

# One statement, so two requests at once cannot both be the fifth. A refused try is not counted: whoever waits a
# minute is let in again.
_COUNT = """
    INSERT INTO dossiers_lookuptry AS seen (visitor, times, last_at) VALUES (%(visitor)s, ARRAY[%(at)s], %(at)s)
    ON CONFLICT (visitor) DO UPDATE SET
        times = ARRAY(SELECT t FROM unnest(seen.times) AS t WHERE t > %(since)s) || EXCLUDED.times,
        last_at = EXCLUDED.last_at
    WHERE (SELECT count(*) FROM unnest(seen.times) AS t WHERE t > %(since)s) < %(limit)s
    RETURNING 1
"""


_COUNT_PHONE = """
    INSERT INTO dossiers_phonetry AS seen (code, day, times) VALUES (%(code)s, %(day)s, 1)
    ON CONFLICT (code, day) DO UPDATE SET times = seen.times + 1 WHERE seen.times < %(limit)s
    RETURNING 1
"""


def may_look_up(*, visitor: str, at: datetime) -> bool:
    """Count one try of a visitor (a keyed hash); False, without counting it, after five within the last minute."""
    values: dict[str, str | datetime | int] = {
        "visitor": visitor,
        "at": at,
        "since": at - WINDOW,
        "limit": TRIES_PER_MINUTE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return cursor.fetchone() is not None


def may_try_phone(*, code: str, on: date) -> bool:
    """Count one try to open this code by a telephone number, whether such a dossier exists or not; False, without
    counting it, after twenty on that day by anybody: then only the secret opens it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_PHONE, {"code": code, "day": on, "limit": PHONE_TRIES_PER_DAY})
        return cursor.fetchone() is not None


def forget_lookups(*, before: datetime, today: date) -> int:
    """Remove the visitors last seen before that moment, and what was counted before today; how many visitors."""
    PhoneTry.objects.filter(day__lt=today).delete()
    return LookupTry.objects.filter(last_at__lt=before).delete()[0]
