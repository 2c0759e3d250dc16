"""Following a dossier by e-mail or text message: subscribe, confirm, stop, delete."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from dossiers.clock.states import Status
from dossiers.events.record import locked
from dossiers.events.signed_links import confirm_address, digits_hash
from dossiers.models import Dossier, Follower
from notices.issuing.actions import issue_notice
from notices.models import Notice
from units.rules import RuleBroken

MOST_FOLLOWERS: Final = 5
"""Per dossier, including those not confirmed yet."""

MOST_ASKS: Final = 3
"""Confirmation messages to one address, over all dossiers, within `ASKS_WITHIN`."""

ASKS_WITHIN: Final = timedelta(days=1)
MOST_TRIES: Final = 5
"""Attempts at the six digits of one message."""

DIGITS_FOR: Final = timedelta(minutes=10)
"""How long the six digits of a text message confirm."""

ENDED: Final = frozenset({Status.REFUSED, Status.RETURNED})
"""Statuses after which no message follows."""

FIELD: Final = "address"


@transaction.atomic
def follow(*, dossier: Dossier, email: str = "", phone: str = "", language: str, at: datetime) -> Follower:
    """Sends a confirmation message to an address: a mailbox or a telephone number (E.164).

    Nothing else is sent before it confirms. Asking again renews the six digits. Raises RuleBroken with field `address`
    when the dossier has ended or has five followers, or the address got three such messages within a day.
    """
    dossier = locked(dossier)  # serialises counting the followers
    if dossier.state in ENDED:
        raise RuleBroken(_("Hồ sơ đã kết thúc nên không còn tin nào để nhận."), field=FIELD)
    _check_not_asked_too_often(email, phone, at)
    follower = _unconfirmed(dossier, email, phone) or _new(dossier, email, phone, at)
    follower.language, follower.asked_at, follower.tries = language, at, 0
    follower.save()
    _ask(follower, dossier, at)
    return follower


def _check_not_asked_too_often(email: str, phone: str, at: datetime) -> None:
    asked = Follower.objects.at_address(email, phone).filter(asked_at__gt=at - ASKS_WITHIN)
    if (asked.aggregate(asks=Sum("asks"))["asks"] or 0) >= MOST_ASKS:
        raise RuleBroken(_("Địa chỉ này đã được gửi nhiều tin xác nhận. Xin thử lại ngày mai."), field=FIELD)


def _unconfirmed(dossier: Dossier, email: str, phone: str) -> Follower | None:
    """The unconfirmed follower with this address. Raises RuleBroken for an address that follows already."""
    follower = dossier.followers.active().at_address(email, phone).first()
    if follower and follower.confirmed_at:
        raise RuleBroken(_("Địa chỉ này đang nhận tin của hồ sơ rồi."), field=FIELD)
    if follower:
        follower.asks += 1
    return follower


def _new(dossier: Dossier, email: str, phone: str, at: datetime) -> Follower:
    if dossier.followers.active().count() >= MOST_FOLLOWERS:
        raise RuleBroken(_("Hồ sơ này đã có đủ năm địa chỉ nhận tin."), field=FIELD)
    return Follower(dossier=dossier, email=email, phone=phone, created_at=at)


def _ask(follower: Follower, dossier: Dossier, at: datetime) -> None:
    """Sends the message; it names neither procedure nor person, since the address may be a stranger's."""
    context = {"desk": dossier.desk.name, "telephone": dossier.desk.telephone}
    kind = Notice.Kind.FOLLOW_CONFIRM
    if follower.phone:
        digits = f"{secrets.randbelow(10**6):06d}"
        Follower.objects.filter(pk=follower.pk).update(digits_hash=digits_hash(follower, digits))
        kind, context = Notice.Kind.FOLLOW_DIGITS, context | {"digits": digits}
    else:
        context |= {"confirm_url": confirm_address(follower)}
    issue_notice(
        subject=dossier.code,
        kind=kind,
        email=follower.email,
        phone=follower.phone,
        language=follower.language,
        context=context,
        at=at,
    )


@transaction.atomic
def confirm_by_link(*, follower: int, at: datetime) -> Follower | None:
    """Confirms a mailbox. None when it was stopped or deleted meanwhile."""
    found = _locked(follower)
    return _confirm(found, at) if found else None


@transaction.atomic
def confirm_by_digits(*, follower: int, typed: str, at: datetime) -> Follower | None:
    """Confirms a telephone number by its six digits; None for wrong ones, after five tries or ten minutes.

    Counts every try, so the caller must not roll back the transaction.
    """
    found = _locked(follower)
    if found is None or found.tries >= MOST_TRIES or at - found.asked_at > DIGITS_FOR:
        return None
    found.tries += 1
    found.save(update_fields=["tries"])
    is_right = constant_time_compare(digits_hash(found, typed), found.digits_hash)
    return _confirm(found, at) if is_right else None


def stop_following(*, follower: int, at: datetime) -> None:
    """Stops all messages to the follower; repeating it is harmless."""
    Follower.objects.active().filter(pk=follower).update(stopped_at=at)


def forget_followers(*, before: datetime) -> int:
    """Deletes addresses without a purpose since before `before`; returns how many."""
    return Follower.objects.of_no_use(before).delete()[0]


def _locked(follower: int) -> Follower | None:
    return Follower.objects.select_for_update(of=("self",)).active().filter(pk=follower).first()


def _confirm(follower: Follower, at: datetime) -> Follower:
    if follower.confirmed_at is None:
        follower.confirmed_at = at
        follower.digits_hash = ""
        follower.save(update_fields=["confirmed_at", "digits_hash"])
    return follower
