"""Telling the administrators that the nightly proof found figures that differ from their sources."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Membership, User
from notices.issuing.actions import issue_once
from notices.models import Notice
from reporting.models import Proof
from units.clock.days import local_day


def tell_administrators(proof: Proof) -> None:
    """One notice to each administrator of the whole tenant for each proof that failed; again, it changes nothing."""
    context = {"proved_at": proof.at.isoformat(), "checked": proof.rows_checked, "differing": proof.rows_differing}
    issue_once(
        notices=[
            Notice(
                kind=Notice.Kind.PROOF_FAILED,
                key=f"{Notice.Kind.PROOF_FAILED.value}:{proof.pk}:{person.pk}",
                recipient=person,
                email=person.email,
                context=context,
                created_at=proof.at,
            )
            for person in _administrators(proof)
        ]
    )


def _administrators(proof: Proof) -> list[User]:
    """The roll-ups are of the whole tenant; so is who answers for them."""
    held = Membership.objects.in_force(local_day(proof.at)).with_roles([Membership.Role.ADMINISTRATOR])
    held = held.filter(Q(unit__is_tenant=True) | Q(unit__parent=None))
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk"))
