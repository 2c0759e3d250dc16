"""Hearing about a dossier by mail or text message: asked for, confirmed from that address, stopped, forgotten."""

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
"""Of one dossier, those who have not confirmed yet included."""

MOST_ASKS: Final = 3
"""Messages that ask one address to confirm, for whichever dossiers, within `ASKS_WITHIN`."""

ASKS_WITHIN: Final = timedelta(days=1)
MOST_TRIES: Final = 5
"""At the six digits of one message."""

ENDED: Final = frozenset({Status.REFUSED, Status.RETURNED})
"""Nothing more is ever told about these."""

FIELD: Final = "address"


@transaction.atomic
def follow(*, dossier: Dossier, email: str = "", phone: str = "", language: str, at: datetime) -> Follower:
    """Ask one address, a mailbox or a telephone (E.164), whether it wants to hear about the dossier.

    Nothing else goes there before it has confirmed. Asking again renews the six digits. Raises RuleBroken beside
    `address` when the dossier has ended or has its five followers, or the address was asked three times in a day.
    """
    dossier = locked(dossier)  # one at a time may count those there are
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
    """Who was asked before and did not answer. Raises RuleBroken for an address that hears of it already."""
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
    """The message names neither the procedure nor anybody: it may reach a stranger."""
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
    """The mailbox answered. None when it was stopped or forgotten meanwhile."""
    found = _locked(follower)
    return _confirm(found, at) if found else None


@transaction.atomic
def confirm_by_digits(*, follower: int, typed: str, at: datetime) -> Follower | None:
    """The telephone answered, if these are the six digits sent to it; None when they are not, or after five tries.

    A wrong try is counted, so the caller must not undo the transaction.
    """
    found = _locked(follower)
    if found is None or found.tries >= MOST_TRIES:
        return None
    found.tries += 1
    found.save(update_fields=["tries"])
    is_right = constant_time_compare(digits_hash(found, typed), found.digits_hash)
    return _confirm(found, at) if is_right else None


def stop_following(*, follower: int, at: datetime) -> None:
    """No further message goes there; stopping twice is the same as once."""
    Follower.objects.active().filter(pk=follower).update(stopped_at=at)


def forget_followers(*, before: datetime) -> int:
    """Remove the addresses of no use since before that moment; returns how many there were."""
    return Follower.objects.of_no_use(before).delete()[0]


def _locked(follower: int) -> Follower | None:
    return Follower.objects.select_for_update(of=("self",)).active().filter(pk=follower).first()


def _confirm(follower: Follower, at: datetime) -> Follower:
    if follower.confirmed_at is None:
        follower.confirmed_at = at
        follower.digits_hash = ""
        follower.save(update_fields=["confirmed_at", "digits_hash"])
    return follower
