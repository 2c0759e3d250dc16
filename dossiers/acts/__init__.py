"""Everything that can be done with a dossier, one module per family: forms, who may, which verb."""

from __future__ import annotations

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
    return sorted((act for act in ACTS.values() if act.may(user, dossier)), key=lambda act: not act.is_main)
