"""Giving the work on a dossier to a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.staff.operations import Operation
from accounts.staff.permissions import Role, acts_for
from dossiers.clock.states import OPEN
from dossiers.models import Dossier, DossierLeg
from dossiers.operations.assignment.actions import DOING_ROLES, assign
from dossiers.operations.base import calls
from dossiers.operations.handover.operations import LegForm, legs_in
from units.clock.days import local_day
from units.models import Unit


def officers_of(unit: Unit, at: datetime) -> QuerySet[User]:
    """Who works at `unit` or above it on the local day of `at`, by name."""
    above = [int(step) for step in unit.path.split("/") if step]
    held = Membership.objects.in_force(local_day(at)).with_roles(DOING_ROLES).filter(unit__in=above)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("full_name", "username")


def officers_under(units: Iterable[Unit], at: datetime) -> QuerySet[User]:
    """Who works at any of `units`, below or above it, on the local day of `at`, by name."""
    places = list(units)
    above = {int(step) for unit in places for step in unit.path.split("/") if step}
    below = reduce(or_, (Q(unit__path__startswith=unit.path) for unit in places), Q(unit__in=above))
    held = Membership.objects.in_force(local_day(at)).with_roles(DOING_ROLES).filter(below)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("full_name", "username")


class AssignForm(LegForm):
    person = forms.ModelChoiceField(
        label=_("Người xử lý"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Chưa giao cho ai"),
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        legs = _led_by(user, dossier)
        self.offer(legs)
        people = self.fields["person"]
        assert isinstance(people, forms.ModelChoiceField)
        ids = {person.pk for leg in legs for person in officers_of(leg.unit, at)}
        people.queryset = User.objects.filter(pk__in=ids).order_by("full_name", "username")


def _led_by(user: User, dossier: Dossier) -> list[DossierLeg]:
    """The legs in the hands of units this person leads."""
    return [leg for leg in legs_in(dossier) if leg.in_hand and acts_for(user, leg.unit, Role.LEADER)]


def _may_assign(user: User, dossier: Dossier) -> bool:
    return dossier.state in OPEN and bool(_led_by(user, dossier))


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="giao-viec",
        label=_("Giao người xử lý"),
        icon="user",
        form=AssignForm,
        may=_may_assign,
        do=calls(assign),
    ),
)
