"""Suggestion boxes, reception days, unwritten calls and register entries of the demo district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import uuid4

from django.db.models import Q

from accounts.models import Membership, User
from complaints.intake.hotline.actions import CallBackTerm, IncomingCall, promise_call_back
from complaints.intake.reception.actions import NewEntry, enter_reception
from complaints.models import EntryKind, ReceptionDay, SuggestionBox
from complaints.permissions import WORKING_ROLES
from dossiers.demo.people import Person, make_person
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import Unit, UnitKind

WEEKS: Final = 8
TUESDAY, THURSDAY = 1, 3
CAME_FOR: Final = (
    ("Đề nghị sửa đoạn cống trước nhà, mưa lớn là nước tràn vào.", ""),
    ("Hỏi về mức đền bù khi thu hồi đất làm đường vành đai.", "Ban bồi thường, giải phóng mặt bằng thành phố"),
    ("Góp ý về giờ mở cửa bộ phận một cửa vào sáng thứ Bảy.", ""),
)
"""What made-up citizens came for, and where they were guided to."""


def load_boxes_and_reception_days(units: Sequence[Unit], *, now: datetime) -> None:
    """A box at the door of each office, and a weekly reception day of its head, on working days only."""
    SuggestionBox.objects.bulk_create(SuggestionBox(unit=unit, place="Cổng trụ sở") for unit in units)
    ReceptionDay.objects.bulk_create(day for unit in units for day in _days(unit, now))


@dataclass(slots=True)
class StaffedOffice:
    """An office, and somebody who works there."""

    unit: Unit
    clerk: User
    rng: Random
    words: dict[str, Any]

    def promise_call_backs(self, now: datetime) -> None:
        """A call of an hour ago and one of three days ago, both still to be called back."""
        for began in (now - timedelta(hours=1), now - timedelta(days=3)):
            incoming, person = IncomingCall(uuid4(), self.unit, began, CallBackTerm.FOUR_HOURS), self._person()
            promise_call_back(incoming=incoming, name=person.name, phone=person.phone, actor=self.clerk, at=began)

    def receive_citizens(self, now: datetime) -> None:
        """Three entries of the register in the last days; none became a case."""
        calendar = working_calendar(self.unit)
        for place, (content, guided_to) in enumerate(CAME_FOR):
            person = self._person()
            entry = NewEntry(
                name=person.name,
                address=person.address,
                content=content,
                kind=EntryKind.PETITION,
                is_ours=not guided_to,
                guided_to=guided_to,
                result="" if guided_to else "Đã giải đáp tại chỗ",
            )
            at = calendar.next_opening(now - timedelta(days=9 - 3 * place)) + timedelta(minutes=25)
            enter_reception(
                request_key=uuid4(),
                unit=self.unit,
                entry=entry,
                makes_case=False,
                phone="",
                actor=self.clerk,
                at=min(at, now),
            )

    def _person(self) -> Person:
        return make_person(self.rng, self.words, home_of(self.unit))


def home_of(unit: Unit) -> str:
    """Where people live who speak to an office: nobody lives in a department."""
    above = unit.parent if unit.kind.code == UnitKind.DEPARTMENT else None
    return (above or unit).short_name


def staffed_offices(units: Sequence[Unit], rng: Random, words: dict[str, Any]) -> list[StaffedOffice]:
    """Those of these offices where, or at whose desk, somebody works; one query."""
    held = Membership.objects.with_roles(WORKING_ROLES).filter(Q(unit__in=units) | Q(unit__parent__in=units))
    found: dict[int, User] = {}
    for one in held.select_related("user", "unit__kind").order_by("pk"):
        found.setdefault(one.unit.parent_id if one.unit.is_desk and one.unit.parent_id else one.unit_id, one.user)
    return [StaffedOffice(unit, found[unit.pk], rng, words) for unit in units if unit.pk in found]


def _days(unit: Unit, now: datetime) -> list[ReceptionDay]:
    weekday, calendar = (THURSDAY if unit.kind.code == "ward" else TUESDAY), working_calendar(unit)
    days = [local_day(now) + timedelta(days=ahead) for ahead in range(1, 7 * WEEKS + 1)]
    return [
        ReceptionDay(
            unit=unit,
            host=f"Lãnh đạo {unit.name}",
            on=day,
            starts=time(8),
            ends=time(11, 30),
            place="Phòng tiếp công dân, tầng 1",
            minutes=30,
        )
        for day in days
        if day.weekday() == weekday and calendar.is_working(day)
    ]
