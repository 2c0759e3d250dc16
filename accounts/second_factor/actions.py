"""Resetting the second factor of somebody who has lost everything."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.ledger import record
from accounts.models import AccountEvent, Proposal, User
from accounts.second_factor.encryption import encrypt_text


def give_app(*, person: User, seed: str) -> None:
    """Sets up an authenticator app whose seed is known: of the demo, where it is published."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": encrypt_text(seed)})


@transaction.atomic
def reset_second_factor(*, person: User, actor: User, proposal: Proposal, at: datetime) -> None:
    """Removes all of the person's second factors; two people have decided it (`accounts/roles/two_people.py`). At the
    next sign-in the person sets up new ones."""
    Authenticator.objects.filter(user=person).delete()
    record(AccountEvent.Kind.FACTOR_RESET, person=person, actor=actor, at=at, proposal=proposal)
