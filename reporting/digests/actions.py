"""Digests by e-mail: ordered by leaders, sent once for each period, stopped by one press or with the role."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notices.issuing.actions import issue_once, taken_keys
from notices.models import Notice
from reporting.definitions.periods import Span
from reporting.digests.letter import digest_facts, period_of
from reporting.models import DigestSubscription
from reporting.permissions import READERS
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.rules import RuleBroken


@transaction.atomic
def subscribe(*, user: User, every: str, language: str, at: datetime) -> DigestSubscription:
    """Begin with the week or month that is running; asking twice is the same as once. Raises RuleBroken for somebody
    without an e-mail address."""
    if not user.email:
        raise RuleBroken(_("Tài khoản chưa có thư điện tử. Xin nhờ quản trị ghi địa chỉ trước."))
    User.objects.select_for_update().get(pk=user.pk)
    active = DigestSubscription.objects.active().filter(user=user, every=every).first()
    return active or DigestSubscription.objects.create(user=user, every=every, language=language, created_at=at)


def stop_digest(*, subscription: int, at: datetime) -> None:
    """No further letter; stopping twice is the same as once."""
    DigestSubscription.objects.active().filter(pk=subscription).update(stopped_at=at)


def send_digests(*, at: datetime) -> None:
    """Sends the digest of the last whole period to those who have not got it, in office hours. May run twice."""
    rows = DigestSubscription.objects.active().select_related("user").order_by("pk")
    due = {_key(one, period): (one, period) for one in rows if (period := _period_due(one, at))}
    known = taken_keys(keys=due)
    for key, (subscription, period) in due.items():
        if key not in known:
            _send(subscription, period, key, at)


def _period_due(subscription: DigestSubscription, at: datetime) -> Span | None:
    """None while no period has ended since they asked for it."""
    period = period_of(subscription, at)
    return period if local_day(subscription.created_at) <= period.last else None


def _key(subscription: DigestSubscription, period: Span) -> str:
    return f"{Notice.Kind.DIGEST.value}:{subscription.every}:{subscription.user_id}:{period.first.isoformat()}"


def _send(subscription: DigestSubscription, period: Span, key: str, at: datetime) -> None:
    """Nothing before the office opens; with the role the letters end, too."""
    user = subscription.user
    units = list(user.units_as(*READERS)) if user.is_active and user.email else []
    if not units:
        stop_digest(subscription=subscription.pk, at=at)
    elif working_calendar(user.office).is_open(at):
        facts = digest_facts(subscription, units, period, at=at)
        notice = Notice(
            kind=Notice.Kind.DIGEST,
            key=key,
            recipient=user,
            email=user.email,
            language=subscription.language,
            context=facts,
            created_at=at,
            seen_at=at,  # asked for by e-mail: nothing new in the inbox
        )
        issue_once(notices=[notice])
