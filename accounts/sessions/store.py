"""The session engine: a session of staff ends when it was idle for long, and at the latest so long after signing in.

Both ends are in the row's `expire_date`, which every process asks when it loads a session. allauth's `usersessions` is
not used: it writes at every request and lists with two queries a session.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.models import BrowserSession

BEGAN: Final = "began"
"""In the session: when, from where and on what device its person signed in."""
WRITTEN_EVERY: Final = timedelta(minutes=1)
"""How exact the last use is: a page of staff rarely writes."""


class SessionStore(db.SessionStore):
    used_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def begin(self, *, address: str, device: str, is_own_device: bool, at: datetime) -> None:
        """The person has just signed in."""
        self.used_at = at
        self[BEGAN] = {"at": at.isoformat(), "address": address, "device": device, "own": is_own_device}

    def touch(self, at: datetime) -> None:
        """The person did something: the idle time begins again. Other columns may have been changed by a request
        beside this one, so only these two are written."""
        if self.used_at is None or at - self.used_at < WRITTEN_EVERY:
            return
        began = self.get(BEGAN)
        if began is None:
            return
        self.used_at = at
        rows = BrowserSession.objects.filter(session_key=self.session_key)
        rows.update(used_at=at, expire_date=end_of(began, used_at=at))

    def _get_session_from_db(self) -> BrowserSession | None:
        row: BrowserSession | None = super()._get_session_from_db()  # type: ignore[misc]  # not in the stubs
        self.used_at = row.used_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        row = super().create_model_instance(data)
        assert isinstance(row, BrowserSession)
        began = data.get(BEGAN)
        if began is None or SESSION_KEY not in data:
            return row
        row.user_id = int(data[SESSION_KEY])
        row.began_at, row.used_at = datetime.fromisoformat(began["at"]), self.used_at or timezone.now()
        row.address, row.device, row.is_own_device = began["address"], began["device"], began["own"]
        row.expire_date = end_of(began, used_at=row.used_at)
        return row


def end_of(began: dict[str, Any], *, used_at: datetime) -> datetime:
    """When a session that began so ends if it is not used again."""
    idle = settings.SESSION_IDLE_OWN if began["own"] else settings.SESSION_IDLE_SHARED
    absolute = datetime.fromisoformat(began["at"]) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(used_at + idle, absolute)
