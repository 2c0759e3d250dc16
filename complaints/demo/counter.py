"""What the demo district has on its walls and in its calendar: suggestion boxes, and receptions to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from uuid import uuid4

from accounts.models import User
from complaints.actions import Promise, Ring, keep_call
from complaints.models import ReceptionDay, SuggestionBox
from dossiers.models import local_day
from units.calendars import working_calendar
from units.models import Unit

WEEKS: Final = 8
TUESDAY, THURSDAY = 1, 3


def furnish(units: Sequence[Unit], *, now: datetime) -> None:
    """A box at the door of each office, and a morning of its head every week; none on days off."""
    SuggestionBox.objects.bulk_create(SuggestionBox(unit=unit, place="Cổng trụ sở") for unit in units)
    ReceptionDay.objects.bulk_create(day for unit in units for day in _days(unit, now))


def keep_calls(unit: Unit, operator: User, *, now: datetime) -> None:
    """Two made-up numbers, kept since this morning and since three days ago."""
    for hours, phone in ((1, "0912000111"), (72, "0912000222")):
        began = now - timedelta(hours=hours)
        ring = Ring(uuid4(), unit, began, Promise.FOUR_HOURS)
        keep_call(ring=ring, name="", phone=phone, actor=operator, at=began)


def _days(unit: Unit, now: datetime) -> list[ReceptionDay]:
    weekday, calendar = (THURSDAY if unit.kind.code == "ward" else TUESDAY), working_calendar(unit)
    days = [local_day(now) + timedelta(days=ahead) for ahead in range(1, 7 * WEEKS + 1)]
    return [
        ReceptionDay(
            unit=unit,
            host=f"Lãnh đạo {unit.short_name}",
            on=day,
            starts=time(8),
            ends=time(11, 30),
            place="Phòng tiếp công dân, tầng 1",
            minutes=30,
        )
        for day in days
        if day.weekday() == weekday and calendar.is_working(day)
    ]
