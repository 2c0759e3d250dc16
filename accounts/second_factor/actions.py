"""Resetting the second factor of somebody who has lost everything."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.ledger import record
from accounts.models import AccountEvent, Proposal, User


@transaction.atomic
def reset_second_factor(*, person: User, actor: User, proposal: Proposal, at: datetime) -> None:
    """Removes all of the person's second factors; two people have decided it (`accounts/roles/two_people.py`). At the
    next sign-in the person sets up new ones."""
    Authenticator.objects.filter(user=person).delete()
    record(AccountEvent.Kind.FACTOR_RESET, person=person, actor=actor, at=at, proposal=proposal)
