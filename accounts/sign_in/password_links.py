"""One-time links by which a person sets a password. Nothing of a link is stored but when it was issued."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

VALID_FOR: Final = timedelta(hours=24)
_SALT: Final = "accounts.links"


def link_token(person: User, sent_at: datetime) -> str:
    """Ends with whatever changes of what goes in: the password, a sign-in, the address, a newer link."""
    moments = [moment.astimezone(UTC).isoformat() if moment else "" for moment in (person.last_login, sent_at)]
    parts = (str(person.pk), person.password, person.email, *moments)
    return salted_hmac(_SALT, "\n".join(parts), algorithm="sha256").hexdigest()


def is_open(person: User, token: str, at: datetime) -> bool:
    """Whether `token` opens this person's account now."""
    sent_at = person.link_sent_at
    if sent_at is None or not person.is_active or not sent_at <= at < sent_at + VALID_FOR:
        return False
    return constant_time_compare(token, link_token(person, sent_at))
