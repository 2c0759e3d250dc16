"""Everything that can be done with a dossier, by family; and what a person can do with it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from accounts.models import User
from accounts.staff.operations import Operation
from dossiers.clock.states import RUNNING, Status
from dossiers.explanation.wording import WITHOUT_RESULT
from dossiers.models import Dossier
from dossiers.models.list_rows import ListedDossier
from dossiers.operations.acceptance import operations as acceptance
from dossiers.operations.apologies import operations as apologies
from dossiers.operations.assignment import operations as assignment
from dossiers.operations.consultation import operations as consultation
from dossiers.operations.correction import operations as correction
from dossiers.operations.finishing import operations as finishing
from dossiers.operations.handover import operations as handover
from dossiers.operations.handover.operations import Leg
from dossiers.operations.pauses import operations as pauses
from dossiers.operations.supplement import operations as supplement
from dossiers.permissions import may_handle, may_return

FAMILIES = (
    acceptance,
    handover,
    finishing,
    supplement,
    pauses,
    apologies,
    consultation,
    assignment,
    correction,
)
OPERATIONS: dict[str, Operation[Dossier]] = {
    operation.slug: operation for family in FAMILIES for operation in family.OPERATIONS
}


def operations_on(dossier: Dossier, user: User) -> list[Operation[Dossier]]:
    """What this person can do with this dossier now, the main operation first."""
    allowed = [operation for operation in OPERATIONS.values() if operation.may(user, dossier)]
    return sorted(
        [_ranked(operation, dossier, user) for operation in allowed], key=lambda operation: not operation.is_main
    )


def _ranked(operation: Operation[Dossier], dossier: Dossier, user: User) -> Operation[Dossier]:
    leads = operation.becomes_main is not None and operation.becomes_main(user, dossier)
    return replace(operation, is_main=True) if leads else operation


def next_operation(user: User, dossier: Dossier | ListedDossier, legs: Sequence[Leg]) -> Operation[Dossier] | None:
    """The next operation on the usual way of a dossier, for lists: no query, since its `legs` come with their units.

    None: this person can only open the file.
    """
    slug = _next(user, dossier, legs)
    return OPERATIONS[slug] if slug else None


def _next(user: User, dossier: Dossier | ListedDossier, legs: Sequence[Leg]) -> str:
    state = dossier.state
    if state is Status.DONE and may_return(user, dossier):
        return "tra-giay-to" if dossier.outcome in WITHOUT_RESULT else "tra-ket-qua"
    if state in RUNNING and handover.coming_to(user, legs):
        return "nhan-ban-giao"
    if state in RUNNING and handover.hands_on(user, dossier, legs):
        return "chuyen"
    if state is Status.ACCEPTED and may_handle(user, dossier):
        return "bat-dau"
    return "co-ket-qua" if state is Status.IN_PROCESS and pauses.may_work(user, dossier) else ""
