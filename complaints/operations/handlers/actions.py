"""Naming the handlers of a sealed case, and ending one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from complaints.clock.states import EventKind
from complaints.events.record import append_event, locked
from complaints.models import Case, CaseHandler
from complaints.operations.settlement.assignment import is_named
from units.rules import RuleBroken


@transaction.atomic
def name_handler(*, case: Case, user: User, actor: User, at: datetime) -> None:
    """Name another handler of a sealed case. Only a handler names another, and only an inspector.
    Raises RuleBroken."""
    case = locked(case)
    if not case.is_sealed or not is_named(case, actor):
        raise RuleBroken(_("Chỉ người được giao vụ việc mới chỉ định thêm người."))
    if not user.has_role(Membership.Role.INSPECTOR):
        raise RuleBroken(_("Chỉ thanh tra mới được giao tố cáo."), field="user")
    if not is_named(case, user):
        append_event(case, EventKind.HANDLER_NAMED, actor=actor, at=at, data={"person": user.pk})
        CaseHandler.objects.create(case=case, user=user, since=at, named_by=actor)


@transaction.atomic
def end_handler(*, case: Case, user: User, actor: User, at: datetime) -> None:
    """End a handler; one always remains. Raises RuleBroken."""
    case = locked(case)
    named = CaseHandler.objects.filter(case=case, until=None)
    if not is_named(case, actor):
        raise RuleBroken(_("Chỉ người được giao vụ việc mới đổi người."))
    if named.count() < 2:
        raise RuleBroken(_("Vụ việc phải luôn có người được giao."))
    if named.filter(user=user).update(until=at):
        append_event(case, EventKind.HANDLER_ENDED, actor=actor, at=at, data={"person": user.pk})
