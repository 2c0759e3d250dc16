"""Changes to who may do what where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import DELEGABLE, Delegation, Membership, User
from units.models import Unit
from units.rules import RuleBroken

LONGEST_DELEGATION = timedelta(days=366)


@transaction.atomic
def move_memberships(*, moves: Mapping[int, int], on: date) -> int:
    """Give the people of units that ended the same role at the units that continue them, from the day `on`.

    `moves` is a reorganisation's: the id of a unit that ended → the id of the one that goes on. A person who held one
    role at several of them holds it once. Roles at the old units end on the day before; returns how many were begun.
    """
    held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), unit__in=moves.keys())
    begun = sum(_move(membership, moves[membership.unit_id], on) for membership in held.order_by("pk"))
    held.filter(valid_from__gte=on).delete()  # would begin after the unit's last day
    held.update(valid_to=on - timedelta(days=1))
    return begun


def _move(membership: Membership, unit_id: int, on: date) -> bool:
    """Begin the role at the new unit, unless the person holds it there already on one of its days."""
    begins, ends = max(on, membership.valid_from), membership.valid_to
    same = Membership.objects.filter(user_id=membership.user_id, unit_id=unit_id, role=membership.role)
    same = same.filter(Q(valid_to=None) | Q(valid_to__gte=begins))
    if (same.filter(valid_from__lte=ends) if ends else same).exists():
        return False
    Membership.objects.create(
        user_id=membership.user_id, unit_id=unit_id, role=membership.role, valid_from=begins, valid_to=ends
    )
    return True


@transaction.atomic
def delegate(*, absent: User, deputy: User, unit: Unit, since: date, until: date, reason: str) -> Delegation:
    """Let `deputy` do at `unit` what `absent` does there, on the local days from `since` to `until`.

    Raises RuleBroken (with the form field) for oneself as deputy, for days that make no sense, for somebody without a
    working role there, and where another deputy is already named for one of those days.
    """
    if absent.pk == deputy.pk:
        raise RuleBroken(_("Không ai làm thay chính mình."), field="deputy")
    if until < since or until - since > LONGEST_DELEGATION:
        raise RuleBroken(_("Ngày kết thúc phải từ ngày bắt đầu trở đi, không quá một năm."), field="until")
    if not reason.strip():
        raise RuleBroken(_("Hãy ghi lý do."), field="reason")
    User.objects.select_for_update().get(pk=absent.pk)  # two leaders at once name one deputy
    held = Membership.objects.in_force(since).with_roles(DELEGABLE).filter(user=absent).select_related("unit")
    if not any(unit.path.startswith(one.unit.path) or one.unit.path.startswith(unit.path) for one in held):
        raise RuleBroken(_("Người này không làm việc tại đơn vị đó."), field="absent")
    others = Delegation.objects.begun().filter(from_user=absent, unit=unit)
    if others.filter(valid_from__lte=until, valid_to__gte=since).exists():
        raise RuleBroken(_("Người này đã có người làm thay tại đơn vị trong thời gian đó."), field="since")
    return Delegation.objects.create(
        from_user=absent, to_user=deputy, unit=unit, valid_from=since, valid_to=until, reason=reason.strip()
    )


@transaction.atomic
def end_delegation(*, delegation: Delegation, actor: User | None, on: date) -> None:
    """The absent person is back on the local day `on`: the deputy's last day is the one before.

    What is taken back before it began is kept as well, with who did it; what is over already stays as it is.
    """
    lent = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if lent.ended_on is not None or lent.valid_to < on:
        return
    if on > lent.valid_from:
        lent.valid_to = on - timedelta(days=1)
    lent.ended_on, lent.ended_by = on, actor
    lent.save(update_fields=["valid_to", "ended_on", "ended_by"])
