"""The ledger of accounts: every change is written in the transaction that makes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.dispatch import Signal

from accounts.models import AccountEvent, Membership, Proposal, User
from units.models import Unit

recorded: Final = Signal()
"""Sent with the `event` within its transaction: apps above write notices about it."""


def record(
    kind: AccountEvent.Kind,
    *,
    person: User,
    actor: User | None,
    at: datetime,
    role: str = "",
    unit: Unit | None = None,
    proposal: Proposal | None = None,
    **detail: Any,
) -> AccountEvent:
    event = AccountEvent.objects.create(
        kind=kind, person=person, actor=actor, at=at, role=role, unit=unit, proposal=proposal, detail=detail
    )
    recorded.send(AccountEvent, event=event)
    return event


def record_role(kind: AccountEvent.Kind, *, held: Membership, actor: User | None, at: datetime) -> AccountEvent:
    """A change of a role, with its days as they are now."""
    days = {name: day.isoformat() for name in ("valid_from", "valid_to") if (day := getattr(held, name))}
    return record(kind, person=held.user, actor=actor, at=at, role=held.role, unit=held.unit, **days)
