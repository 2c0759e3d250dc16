"""Everything that can be done with a dossier, one module per family: forms, who may, which verb."""

from __future__ import annotations

from collections.abc import Sequence
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
from dossiers.acts.travelling import Leg
from dossiers.listed import Listed
from dossiers.models import Dossier
from dossiers.permissions import may_handle, may_return
from dossiers.states import RUNNING, Status
from dossiers.wording import WITHOUT_RESULT

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


def next_act(user: User, dossier: Dossier | Listed, legs: Sequence[Leg]) -> Act | None:
    """The main act of a dossier on the straight way, for lists: no query, since its `legs` come with their units.

    None: there is nothing for this person to do next but to open the file.
    """
    slug = _next(user, dossier, legs)
    return ACTS[slug] if slug else None


def _next(user: User, dossier: Dossier | Listed, legs: Sequence[Leg]) -> str:
    state = dossier.state
    if state is Status.DONE and may_return(user, dossier):
        return "tra-giay-to" if dossier.outcome in WITHOUT_RESULT else "tra-ket-qua"
    if state in RUNNING and travelling.coming_to(user, legs):
        return "nhan-ban-giao"
    if state in RUNNING and travelling.hands_on(user, dossier, legs):
        return "chuyen"
    if state is Status.ACCEPTED and may_handle(user, dossier):
        return "bat-dau"
    return "co-ket-qua" if state is Status.IN_PROCESS and waiting.may_work(user, dossier) else ""
