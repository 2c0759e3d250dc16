"""Versions of the receipt in the demo: stored where something replaced one, as `slips.receipt_versions` does."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from dossiers.clock.states import EventKind
from dossiers.demo.made_up_dossier import Issued, Tale
from dossiers.models import Dossier, DossierEvent, ReceivedDocument, Slip
from dossiers.slips.heading import Issue
from dossiers.slips.paper import Data
from dossiers.slips.receipt import receipt_data


def renew_receipt(tale: Tale, actor: int | None, **said: Any) -> None:
    """The next version of the receipt, under the same number; the one before is marked as replaced.

    `said` are columns of the dossier that the old one had otherwise. Nothing is kept of dossiers told plainly.
    """
    if not tale.is_recent or tale.first is None:
        return
    old = _in_force(tale) or _first(tale, said)
    old.replaced_at = tale.at
    told = len(tale.events)
    new = replace(old, at=tale.at, actor=actor, state=tale.story.state, events=told, columns={}, replaced_at=None)
    new.version, new.of, new.build = old.version + 1, old, partial(_receipt, tale, told)
    tale.slips.append(new)


def _in_force(tale: Tale) -> Issued | None:
    return next((one for one in tale.slips if one.form == Slip.Form.RECEIPT and one.replaced_at is None), None)


def _first(tale: Tale, said: dict[str, Any]) -> Issued:
    """As it was printed on receipt."""
    state, accepted = tale.first, next(row for row in tale.events if row[2] == EventKind.REGISTERED)
    assert state is not None
    assert state.received_at is not None
    build = partial(_receipt, tale, accepted[1])
    slip = Issued(Slip.Form.RECEIPT, state.received_at, accepted[7], state, accepted[1], build, said)
    tale.slips.append(slip)
    return slip


def _receipt(tale: Tale, told: int, dossier: Dossier, issue: Issue) -> Data:
    """The paper as the first `told` events had it."""
    events = [DossierEvent(number=row[1], kind=row[2], data=tale.data_of(row)) for row in tale.events[:told]]
    papers = tale.setting.papers.get(dossier.version_id, ())
    documents = [ReceivedDocument(name=paper.name, originals=paper.originals, copies=paper.copies) for paper in papers]
    return receipt_data(dossier, events, documents, "", issue)
