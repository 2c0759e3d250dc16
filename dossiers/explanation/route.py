"""The route of a dossier through the offices: who had it, who has it, who is next and by when.

Before acceptance it follows the approved internal process; afterwards the legs, with the times at which each office
took the dossier over and finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dossiers.clock.clocks import PlannedLeg, planned_ends
from dossiers.clock.legs import is_late
from dossiers.clock.overdue import is_behind_schedule
from dossiers.clock.plan import resolved
from dossiers.clock.states import Status
from dossiers.explanation.wording import WITHOUT_RESULT
from dossiers.models import Dossier, DossierLeg
from procedures.models import ProcessStep
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

DONE, NOW, TO_DO, PASSED = "done", "now", "todo", "passed"

Place = ProcessStep.Place


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop: the office, its work and its due time.

    `state` is done, now, todo, or passed where the result was ready without it. `sent`, `taken` and `left` are actual
    times; sent and not taken means on its way there. `is_for_owner`: the result waits there for the applicant.
    """

    office: str
    work: str
    by: datetime | None
    state: str = TO_DO
    sent: datetime | None = None
    taken: datetime | None = None
    left: datetime | None = None
    is_late: bool = False
    is_for_owner: bool = False

    @property
    def is_on_its_way(self) -> bool:
        return self.sent is not None and self.taken is None and self.state != PASSED


def planned_legs(
    steps: Iterable[ProcessStep],
    *,
    desk: Unit,
    handler: Unit,
    received_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar,
) -> list[RouteStop]:
    """The stops of a dossier that would be accepted at `received_at`, with planned ends; no query when `steps` come
    with their units."""
    known = {step.pk: step for step in steps}
    rows = [(step.pk, step.place, step.hours, step.unit_id, step.group) for step in known.values()]
    plan = [PlannedLeg(*leg) for leg in resolved(rows, desk=desk, handler_id=handler.pk)]
    ends = planned_ends(tuple(plan), received_at, due_at, calendar)
    names = {handler.pk: handler.name, desk.pk: desk.name}
    names |= {step.unit_id: step.unit.name for step in known.values() if step.unit_id and step.unit}
    legs = []
    for position, (leg, end) in enumerate(zip(plan, ends, strict=True)):
        step = known.get(leg.step_id)
        place = names.get(leg.unit_id, desk.office.name)
        legs.append(RouteStop(_office(place, step), _work(step, position, len(plan)), end))
    return legs


def route_of(dossier: Dossier, at: datetime, legs: Sequence[DossierLeg] | None = None) -> list[RouteStop]:
    """The stops of an accepted dossier; empty for one never accepted. One query, unless its `legs` are given, in order
    and with their units and steps.

    A stop not reached yet shows no planned end that is already past.
    """
    if dossier.received_at is None:
        return []
    if legs is None:
        legs = list(dossier.legs.select_related("unit", "step").order_by("position"))
    return [_stop(dossier, leg, len(legs), at) for leg in legs]


def is_behind(route: Iterable[RouteStop]) -> bool:
    """Whether an office that has the dossier now exceeded its own time."""
    return any(leg.state == NOW and leg.is_late for leg in route)


def _stop(dossier: Dossier, leg: DossierLeg, count: int, at: datetime) -> RouteStop:
    is_last = leg.position == count - 1
    is_reached = leg.accepted_at is not None
    counts = not leg.skipped and not (dossier.is_waiting and leg.in_hand)  # no time runs while a dossier waits
    by = leg.due_at if counts and (is_reached or (leg.due_at and leg.due_at >= at)) else None
    return RouteStop(
        _office(leg.unit.name, leg.step),
        _work(leg.step, leg.position, count, dossier.outcome),
        by,
        _state(dossier, leg, is_last=is_last),
        leg.handed_over_at,
        leg.accepted_at,
        leg.finished_at or (dossier.returned_at if is_last else None),
        is_late=is_behind_schedule(leg, dossier, at) if leg.in_hand else by is not None and is_late(leg, at),
        is_for_owner=is_last and dossier.state is Status.DONE,
    )


def _state(dossier: Dossier, leg: DossierLeg, *, is_last: bool) -> str:
    if is_last and dossier.state is Status.DONE:
        return NOW  # the result, or what was taken back, waits there for its owner
    if leg.finished_at is not None or (is_last and dossier.state is Status.RETURNED):
        return DONE
    if leg.skipped:
        return PASSED
    return NOW if leg.handed_over_at is not None else TO_DO


def _office(place: str, step: ProcessStep | None) -> str:
    return _("Lãnh đạo %(office)s") % {"office": place} if step and step.place == Place.LEADER else place


def _work(step: ProcessStep | None, position: int, count: int, outcome: str = "") -> str:
    if outcome in WITHOUT_RESULT and position == count - 1:
        return _("Trả lại giấy tờ")
    if step is not None:
        return step.name
    if position == 0:
        return _("Tiếp nhận")
    return _("Trả kết quả") if position == count - 1 else _("Giải quyết")
