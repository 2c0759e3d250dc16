"""Everything that can be done with a case, by its slug."""

from __future__ import annotations

from accounts.models import User
from complaints.models import Case
from complaints.operations.acceptance import operations as acceptance
from complaints.operations.answer import operations as answer
from complaints.operations.base import CaseAct
from complaints.operations.handlers import operations as handlers
from complaints.operations.linking import operations as linking
from complaints.operations.publication import operations as publication
from complaints.operations.settlement import operations as settlement

ACTS: dict[str, CaseAct] = {
    act.slug: act for family in (acceptance, settlement, answer, publication, linking, handlers) for act in family.ACTS
}


def acts_on(case: Case, user: User) -> list[CaseAct]:
    """What this person can do with this case now, the main act first."""
    acts = [act for act in ACTS.values() if act.may(user, case)]
    return sorted(acts, key=lambda act: not act.is_main)
