"""How many notices are new to a person: every staff page says so, and few of them ask the database for it."""

from __future__ import annotations

from typing import Final

from django.core.cache import cache

from notices.models import Notice

SECONDS: Final = 60
"""How old the number may be; marking some as seen forgets it at once."""


def count_unseen(user_id: int) -> int:
    """From the cache, or one query."""
    count: int | None = cache.get(_key(user_id))
    if count is None:
        count = Notice.objects.unseen().filter(recipient=user_id).count()
        cache.set(_key(user_id), count, SECONDS)
    return count


def forget_unseen(user_id: int) -> None:
    cache.delete(_key(user_id))


def _key(user_id: int) -> str:
    return f"unseen:{user_id}"
