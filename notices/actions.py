"""Issuing notices and sending those that have an address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from notices.models import Notice
from notices.unseen import forget_unseen

MOST_ATTEMPTS = 10
_ROWS_AT_ONCE = 2000
# That no key is empty lets a long list be looked up in the index, which holds none; one array of keys is read five
# times as fast as thousands of parameters.
_TAKEN = "SELECT key FROM notices_notice WHERE key <> '' AND key = ANY(%s)"
_TOLD = ("subject", "kind", "email", "context")
_ISSUE = """
    INSERT INTO notices_notice (subject, kind, email, context, created_at, attempts, last_error)
    SELECT told.*, %s, 0, ''
    FROM jsonb_to_recordset(%s::jsonb) AS told (subject text, kind text, email text, context jsonb)
"""


def issue_notice(
    *,
    subject: str,
    kind: str,
    email: str,
    context: dict[str, Any],
    at: datetime,
    phone: str = "",
    language: str = "vi",
) -> Notice:
    """Write a notice into the outbox, in the transaction of the act it tells about."""
    return Notice.objects.create(subject=subject, kind=kind, email=email, context=context, created_at=at)


@transaction.atomic
def issue_once(*, notices: Iterable[Notice]) -> None:
    """Write notices that have a key, leaving out those whose key is taken; the caller fills every other field.

    However often and by however many workers this is called, one row stands under a key: a second insert waits for
    the first to commit and then does nothing. Rows go in by the order of their keys, so two callers never deadlock.
    """
    by_key = {notice.key: notice for notice in notices if notice.key}
    rows = [by_key[key] for key in sorted(by_key)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_ROWS_AT_ONCE)


def taken_keys(*, keys: Iterable[str]) -> set[str]:
    """Which of these keys stand already."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [list(keys)])
        return {key for (key,) in cursor.fetchall()}


@transaction.atomic
def mark_seen(*, user: User, notices: Iterable[int], at: datetime) -> int:
    """Note that this person has seen these of their own notices; returns how many were new to them."""
    transaction.on_commit(lambda: forget_unseen(user.pk))
    return user.notices.unseen().filter(pk__in=list(notices)).update(seen_at=at)


def issue_notices(*, told: Iterable[tuple[str, str, str, dict[str, Any]]], at: datetime) -> None:
    """Write many notices in one statement: subject, kind, e-mail address and context of each.

    For acts that concern thousands of people at once; else as `issue_notice`.
    """
    rows = [dict(zip(_TOLD, one, strict=True)) for one in told]
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, [at, json.dumps(rows, ensure_ascii=False)])


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
    context = notice.facts | {"code": notice.subject}
    with translation.override("vi"):
        title = render_to_string(f"notices/{notice.kind}_subject.txt", context).strip()
        body = render_to_string(f"notices/{notice.kind}.txt", context)
    send_mail(title, body, settings.DEFAULT_FROM_EMAIL, [notice.email])
