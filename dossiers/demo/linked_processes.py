"""Internal processes that lead through other offices, to the city and back, or side by side; made-up like the rest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from procedures.models import ProcedureVersion, Process, ProcessStep
from units.clock.days import local_day
from units.database.change_time import set_change_time
from units.models import Unit

Step = dict[str, Any]


def link(proportions: dict[str, Any], now: datetime) -> set[int]:
    """Approve the processes of the data as next editions, unless they are there; ids of the versions they are of."""
    set_change_time(now)
    on = local_day(now)
    found: set[int] = set()
    for wanted in proportions["linked"]:
        versions = ProcedureVersion.objects.in_force(on).filter(name__startswith=wanted["name"])
        version = versions.filter(procedure__level__code=wanted["level"]).first()
        if version is not None:
            _approve(version, wanted["steps"], proportions["process"], on)
            found.add(version.pk)
    return found


def _approve(version: ProcedureVersion, steps: list[Step], approval: dict[str, str], on: date) -> None:
    last = Process.objects.filter(version=version).order_by("-edition").values_list("edition", flat=True).first() or 0
    number = approval["number"] % version.pk
    if Process.objects.filter(version=version, number=number).exists():
        return
    process = Process.objects.create(
        version=version,
        edition=last + 1,
        number=number,
        decision=approval["decision"],
        approver=approval["approver"],
        approved_on=on,
    )
    ProcessStep.objects.bulk_create(_step(process, position, step) for position, step in enumerate(steps, 1))


def _step(process: Process, position: int, step: Step) -> ProcessStep:
    """`place` is one of `ProcessStep.Place`, or the slug of another unit."""
    place = step["place"]
    is_partner = place not in ProcessStep.Place.values
    return ProcessStep(
        process=process,
        position=position,
        name=step["name"],
        place=ProcessStep.Place.PARTNER if is_partner else place,
        unit=Unit.objects.get(slug=place) if is_partner else None,
        hours=step["hours"],
        group=step.get("group", 0),
        owner=step.get("owner", ""),
        record=step.get("record", ""),
    )
