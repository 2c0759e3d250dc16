"""Versions of the receipt: stores the current one before a change and issues the next one after it."""

from __future__ import annotations

from copy import copy
from datetime import datetime

from accounts.models import User
from dossiers.clock.states import EventKind
from dossiers.events.record import history_of
from dossiers.models import Dossier, Slip
from dossiers.slips.actions import issue_slip, replace_slip
from dossiers.slips.heading import Issue
from dossiers.slips.receipt import receipt_data


def store_receipt(dossier: Dossier) -> Slip | None:
    """Returns the current receipt, to be called before a change; None for a dossier never accepted.

    The first receipt is printed from the dossier and stored only here, with the date promised on acceptance.
    """
    if dossier.received_at is None:
        return None
    stored = Slip.objects.filter(dossier=dossier, form=Slip.Form.RECEIPT, replaced_at=None).first()
    if stored:
        return stored
    events = list(dossier.events.in_order())
    accepted = next(n for n, event in enumerate(events, 1) if event.kind == EventKind.REGISTERED)
    then = copy(dossier)
    then.due_at = history_of(dossier, events[:accepted]).state.due_at
    data = receipt_data(then, events[:accepted], dossier.documents.all(), "")
    clerk = dossier.registered_by
    return issue_slip(
        dossier=dossier,
        form=Slip.Form.RECEIPT,
        data=data,
        unit=dossier.receiving_desk,
        actor=clerk,
        at=dossier.received_at,
    )


def renew_receipt(dossier: Dossier, old: Slip | None, *, actor: User | None, at: datetime) -> Slip | None:
    """Issues the next version with the same number for the current state; marks `old` as replaced."""
    if old is None:
        return None
    issue = Issue(at, str(actor or ""), old.number, old.version + 1)
    data = receipt_data(dossier, dossier.events.in_order(), dossier.documents.all(), "", issue)
    return replace_slip(old=old, data=data, actor=actor, at=at)
