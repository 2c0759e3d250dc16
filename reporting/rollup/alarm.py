"""Notifies administrators that the nightly reconciliation found figures that differ from their sources."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Membership, User
from notices.issuing.actions import issue_once
from notices.models import Notice
from reporting.models import Reconciliation
from units.clock.days import local_day


def notify_administrators(found: Reconciliation) -> None:
    """Issues one notice to each administrator of the whole tenant for a failed reconciliation. Idempotent."""
    context = {
        "proved_at": found.at.isoformat(),
        "checked": found.rows_checked,
        "differing": found.rows_differing,
    }
    issue_once(
        notices=[
            Notice(
                kind=Notice.Kind.PROOF_FAILED,
                key=f"{Notice.Kind.PROOF_FAILED.value}:{found.pk}:{person.pk}",
                recipient=person,
                email=person.email,
                context=context,
                created_at=found.at,
            )
            for person in _administrators(found)
        ]
    )


def _administrators(found: Reconciliation) -> list[User]:
    """The administrators of the whole tenant, since the roll-ups cover the whole tenant."""
    held = Membership.objects.in_force(local_day(found.at)).with_roles([Membership.Role.ADMINISTRATOR])
    held = held.filter(Q(unit__is_tenant=True) | Q(unit__parent=None))
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk"))
