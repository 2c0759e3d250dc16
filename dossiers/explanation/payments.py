"""Payments requested while a dossier is processed, and whether they were made; without the counter's fee. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dossiers.clock.states import EventKind
from dossiers.models import DossierEvent


@dataclass(frozen=True, slots=True)
class Payment:
    """One requested amount in đồng, its purpose and the number of the payment receipt; `paid_at` None until paid."""

    asked_at: datetime
    amount_vnd: int
    purpose: str
    paid_at: datetime | None = None
    receipt: str = ""


def payments_of(events: Iterable[DossierEvent]) -> list[Payment]:
    """Returns the payment requests in order of time, each with its payment."""
    payments: list[Payment] = []
    for event in sorted(events, key=lambda one: one.number):
        if event.kind == EventKind.PAYMENT_ASKED and "amount" in event.data:
            payments.append(Payment(event.at, event.data["amount"], event.reason))
        elif event.kind == EventKind.PAID and payments and payments[-1].paid_at is None:
            payments[-1] = replace(payments[-1], paid_at=event.at, receipt=event.reason)
    return payments
