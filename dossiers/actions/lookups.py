"""Counting look-ups of the public tracking page, without Redis: it must hold while the cache is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from dossiers.models import LookupTry

TRIES_PER_MINUTE = 5
WINDOW = timedelta(minutes=1)

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


def forget_lookups(*, before: datetime) -> int:
    """Remove the visitors last seen before that moment; returns how many there were."""
    return LookupTry.objects.filter(last_at__lt=before).delete()[0]
