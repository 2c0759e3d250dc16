"""Telling people of changes at accounts: the person's own link, and what a head of inspection has to know."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.ledger import recorded
from accounts.models import INSPECTION, AccountEvent, Membership, User
from accounts.roles.two_people import is_of_inspection
from accounts.sign_in.password_links import VALID_FOR, link_token
from notices.models import Notice
from notices.send_schedule import first_send_time

Kind = Notice.Kind
Role = Membership.Role
ADMINISTRATION: Final = (Role.ADMINISTRATOR,)


def connect() -> None:
    recorded.connect(_notify, dispatch_uid="notices.accounts")


def _notify(event: AccountEvent, **_: Any) -> None:
    if event.kind == AccountEvent.Kind.LINK_SENT:
        _issue(Kind.PASSWORD_LINK, event.person, event, until_at=(event.at + VALID_FOR).isoformat())
    for person in _watching(event):
        _issue(Kind.ACCOUNT_CHANGED, person, event, person=str(event.person), event_at=event.at.isoformat())


def _watching(event: AccountEvent) -> QuerySet[User]:
    """Heads of inspection of everything about inspectors, administrators of everything about administrators."""
    on = timezone.localdate(event.at)
    watching = Q(pk__in=[])
    if event.role in INSPECTION or is_of_inspection(event.person, on):
        watching |= _holding(Role.INSPECTION_HEAD, event)
    if event.role == Role.ADMINISTRATOR:
        watching |= _holding(Role.ADMINISTRATOR, event)
    return User.objects.filter(watching, is_active=True).order_by("pk")


def _holding(role: str, event: AccountEvent) -> Q:
    """Those who hold it that day, and whose it was until the day before: the one who lost it gets a notice as well."""
    on = timezone.localdate(event.at)
    return Q(pk__in=Membership.objects.in_force(on).with_roles([role]).values("user")) | (
        Q(pk=event.person_id) if event.role == role else Q(pk__in=[])
    )


def _issue(kind: Kind, recipient: User, event: AccountEvent, **context: str) -> None:
    notice = Notice(kind=kind, recipient=recipient, email=recipient.email, context=context, created_at=event.at)
    notice.next_try_at = first_send_time(notice)
    notice.save(force_insert=True)


def link_of(notice: Notice) -> str:
    """The address of the page that a link of this notice opens. Made when the letter is written, stored nowhere; it
    opens nothing once another was sent."""
    person = notice.recipient
    assert person is not None
    return reverse("password_link", args=[person.pk, link_token(person, notice.created_at)])
