"""Issuing notices and marking them as seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from notices.issuing.unseen import forget_unseen
from notices.models import Notice
from notices.send_schedule import first_send_time, next_sending_time

_ROWS_AT_ONCE = 2000
# That no key is empty lets a long list be looked up in the index, which holds none; one array of keys is read five
# times as fast as thousands of parameters.
_TAKEN = "SELECT key FROM notices_notice WHERE key <> '' AND key = ANY(%s)"
_COLUMNS = ("subject", "kind", "email", "phone", "context")
_ISSUE = """
    INSERT INTO notices_notice
        (subject, kind, email, phone, context, created_at, next_try_at, attempts, last_error)
    SELECT issued.*, %s, CASE WHEN issued.email <> '' OR issued.phone <> '' THEN %s END, 0, ''
    FROM jsonb_to_recordset(%s::jsonb) AS issued (subject text, kind text, email text, phone text, context jsonb)
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
    stop_url_name: str = "",
) -> Notice:
    """Write a notice to a citizen into the outbox, in the transaction of the change it reports.

    To at most one address: `email`, or `phone` as E.164. Paths in `track_url` and `stop_url` of the context become
    links; `stop_url_name` names the route of the latter instead, whose one argument, if any, is `stop_token`.
    """
    if stop_url_name:
        token = context.get("stop_token")
        context = context | {"stop_url": reverse(stop_url_name, args=[token] if token else [])}
    notice = Notice(
        subject=subject, kind=kind, email=email, phone=phone, language=language, context=context, created_at=at
    )
    notice.next_try_at = first_send_time(notice)
    notice.save(force_insert=True)
    return notice


@transaction.atomic
def issue_once(*, notices: Iterable[Notice]) -> None:
    """Write notices that have a key, leaving out those whose key is taken; the caller fills every other field but
    `next_try_at`.

    However often and by however many workers this is called, there is one row for a key: a second insert waits for
    the first to commit and then does nothing. Rows go in by the order of their keys, so two callers never deadlock.
    """
    by_key = {notice.key: notice for notice in notices if notice.key}
    rows = [by_key[key] for key in sorted(by_key)]
    for row in rows:
        row.next_try_at = first_send_time(row)
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_ROWS_AT_ONCE)


def taken_keys(*, keys: Iterable[str]) -> set[str]:
    """Which of these keys exist already."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [list(keys)])
        return {key for (key,) in cursor.fetchall()}


@transaction.atomic
def mark_seen(*, user: User, notices: Iterable[int], at: datetime) -> int:
    """Note that this person has seen these of their own notices; returns how many were new to them."""
    transaction.on_commit(lambda: forget_unseen(user.pk))
    return user.notices.unseen().filter(pk__in=list(notices)).update(seen_at=at)


def forget_notices(*, subject: str) -> int:
    """Delete every notice about a code that turned out to be a secret, sent or not: address, words and all."""
    return Notice.objects.filter(subject=subject).delete()[0]


def issue_notices(*, notices: Iterable[tuple[str, str, str, str, dict[str, Any]]], at: datetime) -> None:
    """Write many notices in one statement: subject, kind, e-mail address, telephone number and context of each.

    For changes that concern thousands of people at once; else as `issue_notice`.
    """
    rows = [dict(zip(_COLUMNS, one, strict=True)) for one in notices]
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, [at, next_sending_time(at), json.dumps(rows, ensure_ascii=False)])
