"""Passes cases on between units and assigns them to officers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import EventKind
from complaints.events.record import append_event, locked
from complaints.models import Case, CaseHandler
from complaints.models.people import TextSort
from complaints.texts.actions import checked_text, store_text
from units.models import Unit
from units.rules import RuleBroken


@transaction.atomic
def pass_on(*, case: Case, to: Unit, reason: str, actor: User | None, at: datetime) -> Case:
    """Send the case to another unit of the authority, which takes it over or sends it back. Raises RuleBroken."""
    case = locked(case)
    if case.passed_to_id is not None:
        raise RuleBroken(_("Vụ việc đang chờ một đơn vị khác nhận."))
    if to.pk == case.unit_id:
        raise RuleBroken(_("Vụ việc đang ở chính đơn vị này."), field="to")
    event = append_event(case, EventKind.PASSED_ON, actor=actor, at=at, data={"unit": to.pk})
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    return case


@transaction.atomic
def take_over(*, case: Case, actor: User | None, at: datetime) -> Case:
    """The unit that it was passed on to takes it over. Raises RuleBroken."""
    case = locked(case)
    _check_on_its_way(case)
    append_event(case, EventKind.TAKEN_OVER, actor=actor, at=at, unit=case.passed_to)
    return case


@transaction.atomic
def send_back(*, case: Case, reason: str, actor: User | None, at: datetime) -> Case:
    """The unit that it was passed on to sends it back, with a reason. Raises RuleBroken."""
    case = locked(case)
    _check_on_its_way(case)
    reason = checked_text(reason, "reason")
    event = append_event(case, EventKind.SENT_BACK, actor=actor, at=at, unit=case.passed_to)
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    return case


@transaction.atomic
def assign_case(*, case: Case, to: User | None, actor: User | None, at: datetime) -> Case:
    """Assign the case to an officer, or to nobody with `to` None; a sealed one only to its named handlers. Raises
    RuleBroken."""
    case = locked(case)
    if case.is_sealed and to is not None and not is_named(case, to):
        raise RuleBroken(_("Tố cáo chỉ giao cho người đã được chỉ định."), field="to")
    append_event(case, EventKind.ASSIGNED, actor=actor, at=at, data={"person": to.pk if to else None})
    return case


def is_named(case: Case, user: User) -> bool:
    return CaseHandler.objects.filter(case=case, user=user, until=None).exists()


def _check_on_its_way(case: Case) -> None:
    if case.passed_to_id is None:
        raise RuleBroken(_("Không có đơn vị nào đang được chuyển vụ việc này."))
