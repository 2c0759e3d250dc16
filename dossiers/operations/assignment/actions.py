"""Assigns legs to officers and reassigns the work of absent ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from dossiers.clock.states import EventKind
from dossiers.events.record import append_event, locked
from dossiers.models import Dossier, DossierEvent, DossierLeg
from dossiers.operations.handover.actions import Failed, Moved
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

DOING_ROLES = (Membership.Role.CLERK, Membership.Role.SPECIALIST, Membership.Role.LEADER)


@transaction.atomic
def assign(*, dossier: Dossier, leg: int, person: User | None, actor: User | None, at: datetime) -> Dossier:
    """Assigns a leg to an officer of its unit, or to nobody. Clocks do not change.

    Raises RuleBroken, with the form field, when the leg is over or the person does not work there on that day.
    """
    dossier = locked(dossier)
    here = dossier.legs.select_related("unit").filter(position=leg).first()
    if here is None or here.is_over or here.handed_over_at is None:
        raise RuleBroken(_("Hồ sơ không còn ở đơn vị này."))
    if person is not None and not works_at(person, here.unit, at):
        raise RuleBroken(_("Người này không làm việc tại đơn vị đang giữ hồ sơ."), field="person")
    if here.assignee_id == (person.pk if person else None):
        raise RuleBroken(_("Hồ sơ đã giao đúng người này rồi."), field="person")
    event = DossierEvent(
        kind=EventKind.ASSIGNED,
        to_status=dossier.state,
        at=at,
        unit_id=here.unit_id,
        actor=actor,
        data={"leg": leg, "person": person.pk if person else None},
    )
    return append_event(dossier, event)


def assign_all(*, legs: Iterable[DossierLeg], person: User | None, actor: User | None, at: datetime) -> Moved:
    """Calls `assign` for many legs; failures do not stop the others."""
    moved = Moved()
    for leg in legs:
        try:
            moved.done.append(assign(dossier=leg.dossier, leg=leg.position, person=person, actor=actor, at=at))
        except RuleBroken as broken:
            moved.failed.append(Failed(leg.dossier.code, broken.message))
    return moved


def reassign_all(*, unit: Unit, absent: User, person: User | None, actor: User | None, at: datetime) -> Moved:
    """Assigns everything that `absent` has in hand at `unit` to another officer there, or to nobody.

    Raises RuleBroken, with the form field, for the same person or one who does not work there.
    """
    if person is not None and person.pk == absent.pk:
        raise RuleBroken(_("Hãy chọn một người khác."), field="person")
    if person is not None and not works_at(person, unit, at):
        raise RuleBroken(_("Người này không làm việc tại đơn vị đang giữ hồ sơ."), field="person")
    legs = DossierLeg.objects.in_hand().filter(unit=unit, assignee=absent)
    return assign_all(legs=list(legs.select_related("dossier").order_by("due_at")), person=person, actor=actor, at=at)


def works_at(person: User, unit: Unit, at: datetime) -> bool:
    """Whether a person has a working role at `unit` or above it on the local day of `at`."""
    held = Membership.objects.in_force(local_day(at)).with_roles(DOING_ROLES).filter(user=person)
    return person.is_active and any(unit.path.startswith(one.unit.path) for one in held.select_related("unit"))
