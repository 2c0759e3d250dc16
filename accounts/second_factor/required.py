"""From which day an account needs a second factor, and what is known of that in a session.

The session holds the answer, so that a staff page asks no table: an empty text where the second factor is set up (or
the account is one for emergencies), else the day from which only the pages of setting up answer.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User

GRACE: Final = timedelta(days=14)
SESSION_KEY: Final = "second_factor_from"
_ENOUGH: Final = ""


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def is_break_glass(user: User) -> bool:
    """Whether the operator named this account for emergencies: it needs no second factor, and its use is an alarm."""
    return user.get_username() in settings.BREAK_GLASS_LOGINS


def required_from(user: User) -> date | None:
    """The portal's day where one is set, else the account's own: 14 days after its first sign-in."""
    return settings.SECOND_FACTOR_FROM or user.second_factor_from


def note(session: SessionBase, user: User) -> str:
    """Writes down for this session from when on the second factor is missing; returns it."""
    day = None if is_break_glass(user) or has_second_factor(user) else required_from(user)
    session[SESSION_KEY] = day.isoformat() if day else _ENOUGH
    return str(session[SESSION_KEY])


def skip(session: SessionBase) -> None:
    """Not asked again in this session."""
    session[SESSION_KEY] = _ENOUGH


def is_blocked(session: SessionBase, user: User, today: date) -> bool:
    """Whether only the pages of setting up answer. One set up in another browser counts at once."""
    if settings.DEMO:
        return False  # its logins are everybody's
    known = session.get(SESSION_KEY)
    if known is None or _is_over(known, today):
        known = note(session, user)
    return _is_over(known, today)


def is_offered(session: SessionBase) -> bool:
    """Whether the demo shows the pages of setting up after a sign-in; they can be skipped."""
    return bool(settings.DEMO and session.get(SESSION_KEY))


def days_left(session: SessionBase, today: date) -> int | None:
    """How many days remain to set up a second factor; None where nothing is missing, or not for long."""
    known = session.get(SESSION_KEY)
    if not known:
        return None
    left = date.fromisoformat(known) - today
    return max(left.days, 0) if left <= GRACE else None


def _is_over(known: str, today: date) -> bool:
    return bool(known) and date.fromisoformat(known) <= today
