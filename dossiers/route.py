"""The way of a dossier through the offices: who has it, who comes next and by when.

The approved internal process gives each place its share of the term in working hours; the last place ends with the
promise itself. Without such a process the way is desk, handling unit, desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.states import Status
from procedures.models import ProcessStep
from units.models import Unit
from units.working_calendar import WorkingCalendar

DONE, NOW, TO_DO = "done", "now", "todo"

Place = ProcessStep.Place


@dataclass(frozen=True, slots=True)
class Leg:
    """One stop: the office, what is done there, and when it should leave it. `state` is done, now or todo."""

    office: str
    work: str
    by: datetime | None
    state: str = TO_DO


def planned_legs(
    steps: Iterable[ProcessStep],
    *,
    desk: Unit,
    handler: Unit,
    received_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar,
) -> list[Leg]:
    """The legs with their planned ends, none later than the promise."""
    legs: list[Leg] = []
    end = received_at
    for step in steps:
        end = min(calendar.advance(end, timedelta(hours=step.hours)), due_at)
        legs.append(Leg(_office(step.place, desk, handler), step.name, end))
    if len(legs) < 2:
        legs = [
            Leg(desk.name, _("Tiếp nhận"), received_at),
            Leg(handler.name, _("Giải quyết"), due_at),
            Leg(desk.name, _("Trả kết quả"), due_at),
        ]
    return [*legs[:-1], replace(legs[-1], by=due_at)]


def travelled(legs: Sequence[Leg], status: Status) -> list[Leg]:
    """The same legs, with the one the dossier is at."""
    at = _position(len(legs), status)
    return [
        replace(leg, state=DONE if place < at else NOW if place == at else TO_DO) for place, leg in enumerate(legs)
    ]


def route_of(dossier: Dossier, steps: Iterable[ProcessStep], at: datetime, calendar: WorkingCalendar) -> list[Leg]:
    """The route of an accepted dossier; empty for one that was never accepted.

    A planned end that has passed is no plan any more and is left out of the legs still to come.
    """
    if dossier.received_at is None or dossier.due_at is None:
        return []
    legs = planned_legs(
        steps,
        desk=dossier.desk,
        handler=dossier.handler,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        calendar=calendar,
    )
    return [
        replace(leg, by=None) if leg.state == TO_DO and leg.by and leg.by < at else leg
        for leg in travelled(legs, dossier.state)
    ]


def _office(place: str, desk: Unit, handler: Unit) -> str:
    if place == Place.DESK:
        return desk.name
    if place == Place.HANDLER:
        return handler.name
    return _("Lãnh đạo %(office)s") % {"office": desk.office.name}


def _position(count: int, status: Status) -> int:
    if status is Status.RETURNED:
        return count
    if status is Status.DONE:
        return count - 1
    return 0 if status in {Status.SUBMITTED, Status.ACCEPTED} else 1
