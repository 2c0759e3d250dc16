"""Who may do what with a case: questions about one person and one case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from accounts.models import Membership, User
from accounts.staff.permissions import acts_for
from complaints.models import Case
from units.models import Unit

Role = Membership.Role
WORKING_ROLES: Final = (Role.CLERK, Role.SPECIALIST, Role.LEADER)
INBOX_ROLES: Final = (*WORKING_ROLES, Role.OFFICIAL, Role.INSPECTOR)


def may_read(user: User, case: Case) -> bool:
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


def may_work(user: User, case: Case) -> bool:
    """Those who work at the unit of the case; of a sealed one its named handlers alone."""
    if case.is_sealed:
        return is_handler(user, case)
    return acts_for(user, case.unit, *WORKING_ROLES)


def may_decide(user: User, case: Case) -> bool:
    """Who answers for the unit: its leader; of a sealed case a handler."""
    if case.is_sealed:
        return is_handler(user, case)
    return acts_for(user, case.unit, Role.LEADER)


def may_receive(user: User, case: Case) -> bool:
    """Who works at the unit that the case is passed on to."""
    return case.passed_to is not None and acts_for(user, case.passed_to, *WORKING_ROLES)


def is_handler(user: User, case: Case) -> bool:
    return user.pk in handlers_of(case)


def handlers_of(case: Case) -> list[int]:
    """The keys of those named now; no query for a case fetched `with_operation_facts`."""
    loaded: list[int] | None = getattr(case, "handler_ids", None)
    return list(case.handlers.filter(until=None).values_list("user", flat=True)) if loaded is None else loaded


def intake_units(user: User, loaded: Iterable[Unit] = ()) -> list[Unit]:
    """Offices for which this person registers cases: those they work for, not their desks. No query for those among
    the `loaded`."""
    offices = {unit.pk: unit for unit in loaded}
    own = [held.unit for held in user.current_memberships() if held.role in WORKING_ROLES]
    found = [offices.get(unit.parent_id or 0) or unit.office if unit.is_desk else unit for unit in own]
    return list({unit.pk: unit for unit in found}.values())


def succeeded_offices(user: User) -> dict[int, Unit]:
    """The keys of ended offices, each with its successor among `intake_units`; no query beyond theirs."""
    return {old: unit for unit in intake_units(user) for old in user.continued_by([unit.pk])}


def served_offices(user: User) -> set[int]:
    """The keys of the offices this person works for, and of the ended offices that these replace."""
    return {one.pk for one in intake_units(user)} | succeeded_offices(user).keys()
