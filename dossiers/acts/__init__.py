"""Everything that can be done with a dossier, one module per family: forms, who may, which verb."""

from __future__ import annotations

from dataclasses import replace

from accounts.models import User
from dossiers.acts import (
    apologies,
    asking,
    assigning,
    correcting,
    ending,
    intake,
    supplement,
    travelling,
    waiting,
)
from dossiers.acts.base import Act
from dossiers.models import Dossier

ACTS: dict[str, Act] = {
    act.slug: act
    for family in (intake, travelling, ending, supplement, waiting, apologies, asking, assigning, correcting)
    for act in family.ACTS
}


def acts_on(dossier: Dossier, user: User) -> list[Act]:
    """What this person can do with this dossier now, the main act first."""
    acts = [_ranked(act, dossier, user) for act in ACTS.values() if act.may(user, dossier)]
    return sorted(acts, key=lambda act: not act.is_main)


def _ranked(act: Act, dossier: Dossier, user: User) -> Act:
    leads = act.becomes_main is not None and act.becomes_main(user, dossier)
    return replace(act, is_main=True) if leads else act
