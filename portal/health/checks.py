"""Readiness: whether database, broker, worker and beat answer."""

from collections.abc import Mapping
from datetime import datetime

import redis
from django.conf import settings
from django.db import Error, connection

from portal.health import heartbeat
from reporting.rollup.reconciliation import last_reconciliation


def readiness(*, at: datetime) -> Mapping[str, bool]:
    """Whether the database and the broker answer, and whether worker and beat sent a recent heartbeat.

    Heartbeats are stored in Redis: while the broker is down, worker and beat count as down too.
    """
    return {
        "database": _database_answers(),
        "broker": _broker_answers(),
        "worker": heartbeat.is_alive(heartbeat.WORKER, at=at),
        "beat": heartbeat.is_alive(heartbeat.BEAT, at=at),
    }


def reconciliation_state() -> Mapping[str, str] | None:
    """`{"state": "good" or "bad", "proved_at": ISO 8601 in UTC}` of the last reconciliation.

    None before the first one, and while its table is missing.
    """
    try:
        found = last_reconciliation()
    except Error:
        return None
    return {"state": "good" if found.is_good else "bad", "proved_at": found.at.isoformat()} if found else None


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
