"""Who may do what where, by roles alone: no query once the memberships are loaded."""

from __future__ import annotations

from typing import Protocol

from accounts.models import Membership, User

Role = Membership.Role


REORGANISING_ROLES = (Role.ADMINISTRATOR,)


CALENDAR_ROLES = (Role.ADMINISTRATOR, Role.OFFICIAL)


INSPECTING_ROLES = (Role.INSPECTOR, Role.INSPECTION_HEAD, Role.EDITOR)


WORKING_ROLES = (Role.CLERK, Role.SPECIALIST, Role.LEADER)


class HasPath(Protocol):
    """A unit, or what a list shows of one."""

    @property
    def path(self) -> str:
        """Its place in the tree of units."""


def acts_for(user: User, unit: HasPath, *roles: str) -> bool:
    """Whether the person holds one of `roles` at `unit` or above it; no query once the memberships are loaded."""
    return any(held.role in roles and unit.path.startswith(held.unit.path) for held in user.current_memberships())


def keeps_calendar(user: User, *roles: str) -> bool:
    """The calendar is everybody's: only who answers for the whole tenant, or a unit above it, changes it."""
    held = (one for one in user.current_memberships() if one.role in roles)
    return any(one.unit.is_tenant or one.unit.parent_id is None for one in held)


def inspects_notices(user: User) -> bool:
    """Who may draw and record checks of what is posted: the inspectors of the whole tenant, and its editors."""
    return keeps_calendar(user, *INSPECTING_ROLES)


def keeps_catalogue(user: User) -> bool:
    """An editor for the whole tenant: procedures are the same in all of its offices."""
    return keeps_calendar(user, Role.EDITOR)
