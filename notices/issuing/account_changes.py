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
SENT_TO_OWNER: Final = (
    AccountEvent.Kind.FACTOR_ADDED,
    AccountEvent.Kind.FACTOR_REMOVED,
    AccountEvent.Kind.CODES_MADE,
    AccountEvent.Kind.CODE_USED,
    AccountEvent.Kind.FACTOR_RESET,
    AccountEvent.Kind.IDENTITY_LINKED,
    AccountEvent.Kind.IDENTITY_UNLINKED,
)
ADMINISTRATION: Final = (Role.ADMINISTRATOR,)


def connect() -> None:
    recorded.connect(_notify, dispatch_uid="notices.accounts")


def _notify(event: AccountEvent, **_: Any) -> None:
    if event.kind == AccountEvent.Kind.LINK_SENT:
        _issue(Kind.PASSWORD_LINK, event.person, event, until_at=(event.at + VALID_FOR).isoformat())
    if event.kind in SENT_TO_OWNER:
        _issue(Kind.SECOND_FACTOR, event.person, event, what=event.kind, event_at=event.at.isoformat())
    if event.kind == AccountEvent.Kind.BREAK_GLASS:
        for person in _alarmed(event):
            _issue(Kind.BREAK_GLASS, person, event, person=str(event.person), event_at=event.at.isoformat())
        return
    for person in _watching(event):
        _issue(Kind.ACCOUNT_CHANGED, person, event, person=str(event.person), event_at=event.at.isoformat())


def _alarmed(event: AccountEvent) -> QuerySet[User]:
    """Administrators, heads of inspection and superusers, but not the account itself."""
    held = Membership.objects.in_force(timezone.localdate(event.at))
    watching = held.with_roles([Role.ADMINISTRATOR, Role.INSPECTION_HEAD]).values("user")
    people = User.objects.filter(Q(pk__in=watching) | Q(is_superuser=True), is_active=True)
    return people.exclude(pk=event.person_id).order_by("pk")


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
