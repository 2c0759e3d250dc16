"""Everything that can be done with a case, by its slug."""

from __future__ import annotations

from accounts.models import User
from accounts.staff.operations import Operation
from complaints.models import Case
from complaints.operations.acceptance import operations as acceptance
from complaints.operations.answer import operations as answer
from complaints.operations.handlers import operations as handlers
from complaints.operations.linking import operations as linking
from complaints.operations.publication import operations as publication
from complaints.operations.settlement import operations as settlement

FAMILIES = (acceptance, settlement, answer, publication, linking, handlers)
OPERATIONS: dict[str, Operation[Case]] = {
    operation.slug: operation for family in FAMILIES for operation in family.OPERATIONS
}


def operations_on(case: Case, user: User) -> list[Operation[Case]]:
    """What this person can do with this case now, the next thing to do first."""
    allowed = [operation for operation in OPERATIONS.values() if operation.may(user, case)]
    return sorted(allowed, key=lambda operation: not operation.is_main)
