"""Officers to whom a case can be assigned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Membership, User
from complaints.models import Case
from complaints.permissions import WORKING_ROLES
from units.clock.days import local_day
from units.models import Unit, UnitQuerySet


def officers_of(case: Case, at: datetime) -> Any:
    """Who can be given a case: those who work at its unit; of a sealed one its handlers."""
    users = User.objects.filter(is_active=True)
    if case.is_sealed:
        return users.filter(pk__in=case.handlers.filter(until=None).values("user")).order_by("full_name")
    return officers_at(Unit.objects.filter(pk=case.unit_id), at)


def officers_at(units: UnitQuerySet, at: datetime) -> Any:
    """Who works at these units or at their desks."""
    held = Membership.objects.in_force(local_day(at)).with_roles(WORKING_ROLES)
    held = held.filter(Q(unit__in=units) | Q(unit__parent__in=units))
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("full_name", "pk")
