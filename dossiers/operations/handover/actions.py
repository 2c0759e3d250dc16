"""Hand-overs from office to office.

The sender is responsible until the receiver takes the dossier over; a receiver who refuses gives a reason, and the
sender has it in hand again. Between two steps of one unit the hand-over is accepted automatically.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.states import EventKind, Status
from dossiers.events.reasons import require_reason
from dossiers.events.record import append_event, locked
from dossiers.models import Dossier, DossierEvent, DossierLeg, Slip
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.travelling import HandedOver, control_data, handover_data
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken


@dataclass(frozen=True, slots=True)
class Failed:
    """A dossier that could not be moved, with the reason as a sentence."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The result for many dossiers: moved ones in order, failed ones, and the hand-over lists issued."""

    done: list[Dossier] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    papers: list[Slip] = field(default_factory=list)


@transaction.atomic
def hand_over(*, dossier: Dossier, leg: int, actor: User | None, at: datetime, unit: Unit | None = None) -> Dossier:
    """Finishes the leg at position `leg` and hands the dossier to the next one.

    It goes to the planned unit or to `unit`; with parallel legs, when the last of them is finished. Raises RuleBroken
    when the leg is not in hand, is the last one, or `unit` is not in force on that day.
    """
    dossier = locked(dossier)
    legs = list(dossier.legs.order_by("position"))
    here = _in_hand(legs, leg)
    coming = _coming(legs, here)
    data = {"leg": leg} | _other_unit(coming, unit, at)
    sent = _event(EventKind.HANDED_OVER, dossier, here.unit_id, actor, at, data)
    append_event(dossier, sent)
    for one in dossier.legs.order_by("position"):
        if one.on_its_way and one.unit_id == here.unit_id and one.handed_over_at == at:
            _take(dossier, one, actor, at)
    return dossier


@transaction.atomic
def take_over(*, dossier: Dossier, leg: int, actor: User | None, at: datetime) -> Dossier:
    """The receiver takes the dossier over; the first take-over also starts the work. Raises RuleBroken."""
    dossier = locked(dossier)
    return _take(dossier, _on_its_way(dossier, leg), actor, at)


@transaction.atomic
def send_back(*, dossier: Dossier, leg: int, reason: str, actor: User | None, at: datetime) -> Dossier:
    """The receiver refuses the dossier with a reason; the sender has it in hand again. Raises RuleBroken."""
    why = require_reason(reason, "reason")
    dossier = locked(dossier)
    coming = _on_its_way(dossier, leg)
    event = _event(EventKind.SENT_BACK, dossier, coming.unit_id, actor, at, {"leg": leg})
    event.reason = why
    return append_event(dossier, event)


@transaction.atomic
def hand_over_all(*, sender: Unit, legs: Iterable[DossierLeg], actor: User | None, at: datetime) -> Moved:
    """Calls `hand_over` for many legs of a unit; failures do not stop the others.

    Issues one hand-over list for each receiving unit in the same transaction; none for the unit itself.
    """
    in_order = sorted(legs, key=lambda leg: leg.dossier_id)  # always lock in one order, against deadlocks
    moved = _each(in_order, lambda leg: hand_over(dossier=leg.dossier, leg=leg.position, actor=actor, at=at))
    sent = DossierLeg.objects.on_the_way().filter(dossier__in=moved.done, handed_over_at=at).exclude(unit=sender)
    coming = sent.select_related("unit__kind", "unit__parent", "dossier__version").order_by("unit_id", "pk")
    for receiver, legs_sent in groupby(coming, key=lambda leg: leg.unit):
        dossiers = [leg.dossier for leg in legs_sent]
        paper = list_handover(sender=sender, receiver=receiver, dossiers=dossiers, actor=actor, at=at)
        moved.papers.append(paper)
    return moved


def take_over_all(*, legs: Iterable[DossierLeg], actor: User | None, at: datetime) -> Moved:
    """Calls `take_over` for many legs; failures do not stop the others."""
    return _each(legs, lambda leg: take_over(dossier=leg.dossier, leg=leg.position, actor=actor, at=at))


def send_back_all(*, legs: Iterable[DossierLeg], reason: str, actor: User | None, at: datetime) -> Moved:
    """Calls `send_back` for many legs with one reason. Raises RuleBroken for a reason without words."""
    why = require_reason(reason, "reason")
    return _each(legs, lambda leg: send_back(dossier=leg.dossier, leg=leg.position, reason=why, actor=actor, at=at))


@transaction.atomic
def issue_control_sheet(*, dossier: Dossier, actor: User | None, at: datetime) -> Slip:
    """Issues slip 05 with the legs as of `at`."""
    legs = dossier.legs.select_related("unit", "step").order_by("position")
    events = dossier.events.in_order().select_related("actor")
    data = control_data(dossier, legs, events, Issue(at, str(actor or "")), "")
    return issue_slip(dossier=dossier, form=Slip.Form.CONTROL, data=data, unit=dossier.desk, actor=actor, at=at)


def _each(legs: Iterable[DossierLeg], move: Callable[[DossierLeg], Dossier]) -> Moved:
    moved = Moved()
    for leg in legs:
        try:
            moved.done.append(move(leg))
        except RuleBroken as broken:
            moved.failed.append(Failed(leg.dossier.code, broken.message))
    return moved


def list_handover(
    *, sender: Unit, receiver: Unit, dossiers: Iterable[Dossier], actor: User | None, at: datetime
) -> Slip:
    """Issues the hand-over list, which both sides sign."""
    rows = [HandedOver(one.code, one.applicant_name, one.version.name, one.sets, one.due_at) for one in dossiers]
    data = handover_data(sender, receiver, rows, Issue(at, str(actor or "")))
    return issue_slip(dossier=None, form=Slip.Form.HANDOVER, data=data, unit=sender, actor=actor, at=at)


def _event(
    kind: EventKind, dossier: Dossier, unit_id: int, actor: User | None, at: datetime, data: dict[str, int]
) -> DossierEvent:
    return DossierEvent(kind=kind, to_status=dossier.state, at=at, unit_id=unit_id, actor=actor, data=data)


def _take(dossier: Dossier, leg: DossierLeg, actor: User | None, at: datetime) -> Dossier:
    event = _event(EventKind.TAKEN_OVER, dossier, leg.unit_id, actor, at, {"leg": leg.position})
    if dossier.state is Status.ACCEPTED:
        event.to_status = Status.IN_PROCESS
    return append_event(dossier, event)


def _in_hand(legs: list[DossierLeg], position: int) -> DossierLeg:
    if not 0 <= position < len(legs) or not legs[position].in_hand:
        raise RuleBroken(_("Hồ sơ không còn ở đơn vị này."))
    return legs[position]


def _on_its_way(dossier: Dossier, position: int) -> DossierLeg:
    leg = dossier.legs.filter(position=position).first()
    if leg is None or not leg.on_its_way:
        raise RuleBroken(_("Hồ sơ không có trong danh sách chờ nhận."))
    return leg


def _coming(legs: list[DossierLeg], here: DossierLeg) -> list[DossierLeg]:
    """The next legs; none while a parallel leg is unfinished. Raises RuleBroken after the last one."""
    later = [leg for leg in legs if leg.group > here.group and not leg.is_over]
    if not later:
        raise RuleBroken(_("Đây là chặng cuối: hãy ghi kết quả thay vì chuyển tiếp."))
    beside = [leg for leg in legs if leg.group == here.group and leg.position != here.position and not leg.is_over]
    return [] if beside else [leg for leg in later if leg.group == later[0].group]


def _other_unit(coming: list[DossierLeg], unit: Unit | None, at: datetime) -> dict[str, int]:
    """The event data for a receiver other than planned. Raises RuleBroken."""
    if unit is None or [leg.unit_id for leg in coming] == [unit.pk]:
        return {}
    if len(coming) != 1:
        raise RuleBroken(_("Chặng sau có nhiều đơn vị cùng làm, không đổi đơn vị nhận được."), field="unit")
    if not unit.is_in_force(local_day(at)):
        raise RuleBroken(_("Đơn vị nhận không còn hoạt động."), field="unit")
    return {"unit": unit.pk}
