"""Issuing notices and sending those that have an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from notices.models import Notice

MOST_ATTEMPTS = 10


def issue_notice(*, subject: str, kind: str, email: str, context: dict[str, Any], at: datetime) -> Notice:
    """Write a notice into the outbox, in the transaction of the act it tells about."""
    return Notice.objects.create(subject=subject, kind=kind, email=email, context=context, created_at=at)


def send_next_notice(*, at: datetime) -> bool:
    """Send the oldest notice still waiting; False when none is left. Safe to run in several workers at once.

    The row stays locked while it is sent, so no other worker sends it too. A failure is noted on the row, which goes
    behind the others; after ten it is given up and stays visible as unsent.
    """
    with transaction.atomic():
        waiting = Notice.objects.waiting().filter(attempts__lt=MOST_ATTEMPTS).exclude(last_try_at=at)
        notice = waiting.select_for_update(skip_locked=True).order_by("attempts", "id").first()
        if notice is None:
            return False
        _deliver(notice, at)
    return True


def _deliver(notice: Notice, at: datetime) -> None:
    notice.attempts += 1
    notice.last_try_at = at
    try:
        _send(notice)
    except OSError as trouble:  # refused connections, time-outs and every SMTP error are of this kind
        notice.last_error = type(trouble).__name__
    else:
        notice.sent_at, notice.last_error = at, ""
    notice.save(update_fields=["attempts", "last_try_at", "sent_at", "last_error"])


def _send(notice: Notice) -> None:
    context = _with_moments(notice.context) | {"code": notice.subject}
    with translation.override("vi"):
        title = render_to_string(f"notices/{notice.kind}_subject.txt", context).strip()
        body = render_to_string(f"notices/{notice.kind}.txt", context)
    send_mail(title, body, settings.DEFAULT_FROM_EMAIL, [notice.email])


def _with_moments(context: dict[str, Any]) -> dict[str, Any]:
    """JSON has no moments: values whose name ends in `_at` are ISO texts."""
    return {key: datetime.fromisoformat(value) if key.endswith("_at") else value for key, value in context.items()}
