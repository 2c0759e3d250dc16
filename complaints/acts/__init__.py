"""Everything that can be done with a case, one module per family: forms, who may, which verb."""

from __future__ import annotations

from accounts.models import User
from complaints.acts import answering, belonging, checking, handling, publishing, settling
from complaints.acts.base import CaseAct
from complaints.models import Case

ACTS: dict[str, CaseAct] = {
    act.slug: act for family in (checking, settling, answering, publishing, belonging, handling) for act in family.ACTS
}


def acts_on(case: Case, user: User) -> list[CaseAct]:
    """What this person can do with this case now, the main act first."""
    acts = [act for act in ACTS.values() if act.may(user, case)]
    return sorted(acts, key=lambda act: not act.is_main)
