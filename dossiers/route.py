"""The way of a dossier through the offices: who has it, who comes next and by when.

The approved internal process gives each place its share of the term in working hours; the last place ends with the
promise itself. Where less was promised than the process takes, every share shrinks alike. A supplement plans the way
anew, a pause moves what was still to come by as much as it moved the promise. Without such a process the way is desk,
handling unit, desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

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
    """The legs with their planned ends, none later than the promise; `received_at` is when the term began to run."""
    taken = list(steps)
    ends = _ends([step.hours for step in taken], received_at, due_at, calendar)
    legs = [Leg(_office(step.place, desk, handler), step.name, end) for step, end in zip(taken, ends, strict=True)]
    if len(legs) < 2:
        legs = [
            Leg(desk.name, _("Tiếp nhận"), received_at),
            Leg(handler.name, _("Giải quyết"), due_at),
            Leg(desk.name, _("Trả kết quả"), due_at),
        ]
    return [*legs[:-1], replace(legs[-1], by=due_at)]


def _ends(hours: list[int], start: datetime, due_at: datetime, calendar: WorkingCalendar) -> list[datetime]:
    """When each share of the term is used up, in working time; all shrink alike when the term holds less than they."""
    wanted = timedelta(hours=sum(hours))
    held = calendar.worked_time_between(start, due_at)
    scale = held / wanted if timedelta(0) <= held < wanted else 1.0
    return [min(calendar.advance(start, timedelta(hours=used) * scale), due_at) for used in accumulate(hours)]


def travelled(legs: Sequence[Leg], status: Status) -> list[Leg]:
    """The same legs, with the one the dossier is at."""
    at = _position(len(legs), status)
    return [
        replace(leg, state=DONE if place < at else NOW if place == at else TO_DO) for place, leg in enumerate(legs)
    ]


def route_of(dossier: Dossier, steps: Iterable[ProcessStep], at: datetime, calendar: WorkingCalendar) -> list[Leg]:
    """The route of an accepted dossier; empty for one that was never accepted.

    A planned end that has passed is no plan any more and is left out of the legs not behind it yet.
    """
    if dossier.received_at is None or dossier.due_at is None:
        return []
    start, first_due = _clock(dossier.derivation, dossier.received_at, dossier.due_at)
    legs = planned_legs(
        steps, desk=dossier.desk, handler=dossier.handler, received_at=start, due_at=first_due, calendar=calendar
    )
    moved = [replace(leg, by=leg.by and _moved(leg.by, dossier, start, calendar)) for leg in legs[:-1]]
    legs = [*moved, replace(legs[-1], by=dossier.due_at)]
    return [
        replace(leg, by=None) if leg.state != DONE and leg.by and leg.by < at else leg
        for leg in travelled(legs, dossier.state)
    ]


def _clock(derivation: dict[str, Any], received_at: datetime, due_at: datetime) -> tuple[datetime, datetime]:
    """Since when the term runs, and when it ended before any pause; as promised where the clerk set the date."""
    start = datetime.fromisoformat(derivation["from"]) if "from" in derivation else received_at
    return start, datetime.fromisoformat(derivation["due"]) if "due" in derivation else due_at


def _moved(end: datetime, dossier: Dossier, start: datetime, calendar: WorkingCalendar) -> datetime:
    """A planned end after the pauses of the running term: what was left of it counts from the end of each."""
    assert dossier.due_at is not None
    for wait in dossier.derivation.get("earlier", []):
        since, until = datetime.fromisoformat(wait["from"]), datetime.fromisoformat(wait["until"])
        if wait["why"] == "pause" and since >= start and end > since:
            end = calendar.advance(until, calendar.worked_time_between(since, end))
    return min(end, dossier.due_at)


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
