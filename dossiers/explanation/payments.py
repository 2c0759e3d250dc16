"""Money asked for while a dossier was worked on, and whether it came. Pure; the fee of the counter is not among it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dossiers.clock.states import EventKind
from dossiers.models import DossierEvent


@dataclass(frozen=True, slots=True)
class Payment:
    """One amount in đồng, what it is for, and under which receipt it came; `paid_at` is None until it did."""

    asked_at: datetime
    amount_vnd: int
    purpose: str
    paid_at: datetime | None = None
    receipt: str = ""


def payments_of(events: Iterable[DossierEvent]) -> list[Payment]:
    """Every request to pay, in order of time, with the payment that answered it."""
    payments: list[Payment] = []
    for event in sorted(events, key=lambda one: one.number):
        if event.kind == EventKind.PAYMENT_ASKED and "amount" in event.data:
            payments.append(Payment(event.at, event.data["amount"], event.reason))
        elif event.kind == EventKind.PAID and payments and payments[-1].paid_at is None:
            payments[-1] = replace(payments[-1], paid_at=event.at, receipt=event.reason)
    return payments
