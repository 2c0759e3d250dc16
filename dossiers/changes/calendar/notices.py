"""Notifies approvers that a calendar change waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.models import Delegation, Membership, User
from notices.issuing.actions import issue_once
from notices.models import Notice
from units.clock.days import local_day
from units.models import CalendarDraft, Unit

DECIDING: Final = (Membership.Role.ADMINISTRATOR, Membership.Role.OFFICIAL)


@transaction.atomic
def notify_approvers(*, draft: CalendarDraft, at: datetime) -> None:
    """Issues a notice to everybody but the author who may publish the draft, once for each submission.

    Nobody is notified where the author is the only one who may publish; the list of changes still shows the draft.
    """
    kind = Notice.Kind.CALENDAR_DRAFT
    office = Unit.objects.filter(is_tenant=True).first()
    context = {"draft": draft.pk, "title": draft.title, "author": str(draft.author), "submitted_at": at.isoformat()}
    issue_once(
        notices=[
            Notice(
                kind=kind,
                key=f"calendar-draft:{draft.pk}:{at.timestamp():.6f}:{person.pk}",
                recipient=person,
                unit=office,
                email=person.email,
                context=context,
                created_at=at,
            )
            for person in _approvers(at)
            if person.pk != draft.author_id
        ]
    )


def _approvers(at: datetime) -> list[User]:
    """Administrators and officials of the tenant or above it, and their deputies."""
    today = local_day(at)
    everywhere = Q(unit__is_tenant=True) | Q(unit__parent=None)
    holding = Membership.objects.in_force(today).with_roles(DECIDING).filter(everywhere)
    held = list(holding.select_related("user", "unit"))
    away = Delegation.objects.in_force(today).filter(from_user__in=[one.user_id for one in held])
    for one in away.select_related("from_user", "to_user", "unit"):
        held += [lent for own in list(held) if (lent := one.covers(own)) and lent.unit.pk == own.unit.pk]
    people = {one.user_id: one.user for one in held}
    return [person for person in people.values() if person.is_active]
