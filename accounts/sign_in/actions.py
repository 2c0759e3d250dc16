"""Issuing a one-time link, and setting a password by it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.ledger import record
from accounts.models import AccountEvent, User
from accounts.sessions.actions import end_other_sessions
from accounts.sign_in.password_links import is_open
from units.rules import RuleBroken


@transaction.atomic
def send_link(*, person: User, actor: User, at: datetime) -> None:
    """Issue a one-time link by which the person sets a password; it goes to their own address. Raises RuleBroken."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise RuleBroken(_("Tài khoản này đang khóa: không gửi liên kết."))
    if not person.email:
        raise RuleBroken(_("Người này chưa có địa chỉ thư: hãy ghi địa chỉ thư trước, rồi gửi liên kết."))
    person.link_sent_at = at
    person.save(update_fields=["link_sent_at"])
    record(AccountEvent.Kind.LINK_SENT, person=person, actor=actor, at=at)


@transaction.atomic
def set_password(*, person: User, token: str, password: str, at: datetime) -> bool:
    """By a one-time link; False where it no longer opens anything. The caller has checked the password."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if not is_open(person, token, at):
        return False
    person.set_password(password)
    person.link_sent_at = None
    person.save(update_fields=["password", "link_sent_at"])
    end_other_sessions(person=person)
    record(AccountEvent.Kind.PASSWORD_SET, person=person, actor=person, at=at)
    return True
